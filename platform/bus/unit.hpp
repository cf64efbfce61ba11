#pragma once

/// One commit: state, outbox, idempotency record and consumer position together or not at all.
///
/// The transaction opens at the first use of `session()`; a use case therefore makes its calls to
/// other systems before it touches a store, and no transaction waits for another system.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "platform/bus/event.hpp"
#include "platform/postgres/pool.hpp"

namespace platform::bus {

/// What makes a repeated command find its first answer. `scope` is who sent it (a user id).
struct IdempotencyKey {
  std::string scope;
  std::string key;
  std::string request_hash;
};

/// Thrown by `session()`: the command was carried out before; this is what it was answered.
struct AlreadyAnswered {
  std::string answer;
};
/// Thrown by `session()`: the same key came with another request (422).
struct KeyReused {};
/// Thrown by `session()`: a request with this key is being carried out right now (409).
struct StillRunning {};

class Unit {
 public:
  Unit(postgres::Pool& pool, std::optional<IdempotencyKey> key)
      : pool_(pool), key_(std::move(key)) {}

  /// Joins a transaction that somebody else commits: how consumers apply several events at once.
  explicit Unit(postgres::Pool& pool, postgres::Session& joined) : pool_(pool), joined_(&joined) {}

  /// The session of this unit's transaction, opened on first use.
  awaitable<postgres::Session*> session();

  /// Adds an event to the outbox of this commit, after the change of its aggregate, whose row must
  /// be locked by now: that makes commit order the order of each aggregate's events.
  awaitable<void> emit(Event event);

  /// Stores the answer under the idempotency key, if there is one, and commits. Nothing happens if
  /// no session was ever opened.
  awaitable<void> commit(std::string answer);

 private:
  awaitable<void> open();

  postgres::Pool& pool_;
  std::optional<IdempotencyKey> key_;
  std::unique_ptr<postgres::Transaction> transaction_;
  postgres::Session* joined_ = nullptr;
};

}  // namespace platform::bus
