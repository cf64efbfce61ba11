#include "platform/bus/unit.hpp"

#include <stdexcept>

#include "base/assert.hpp"

namespace platform::bus {
namespace {

// A statement of its own: the next one must see what the last holder of the lock has committed.
constexpr postgres::Query lock_key{"bus.lock_idempotency_key", R"sql(
  select pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0)) as locked)sql"};

constexpr postgres::Query find_answer{"bus.find_answer", R"sql(
  select request_hash, answer from idempotency where scope = $1 and key = $2)sql"};

constexpr postgres::Query store_answer{"bus.store_answer", R"sql(
  insert into idempotency (scope, key, request_hash, answer) values ($1, $2, $3, $4))sql"};

constexpr postgres::Query insert_event{"bus.insert_event", R"sql(
  insert into outbox (event_id, shard, type, key, payload, trace, at)
  values ($1, $2, $3, $4, $5, $6, $7))sql"};

awaitable<void> claim(postgres::Session& session, const IdempotencyKey& key) {
  const auto lock = co_await session.run(lock_key, key.scope, key.key);
  if (!lock.front().get<bool>("locked")) throw StillRunning{};
  const auto found = co_await session.run(find_answer, key.scope, key.key);
  if (found.empty()) co_return;
  const auto first = found.front();
  if (first.get<std::string>("request_hash") != key.request_hash) throw KeyReused{};
  throw AlreadyAnswered{first.get<std::string>("answer")};
}

}  // namespace

awaitable<postgres::Session*> Unit::session() {
  if (joined_ != nullptr) co_return joined_;
  if (!transaction_) co_await open();
  co_return &transaction_->session();
}

awaitable<void> Unit::open() {
  auto transaction = co_await pool_.begin();
  if (key_) co_await claim(transaction->session(), *key_);
  transaction_ = std::move(transaction);
}

awaitable<void> Unit::emit(Event event) {
  if (event.payload.size() > event_payload_bytes_max) {
    throw std::length_error{event.type + ": the payload is too large for an event"};
  }
  auto* where = co_await session();
  co_await where->run(insert_event, event.id, event.shard(), event.type, event.key, event.payload,
                      event.trace, event.at);
}

awaitable<void> Unit::commit(std::string answer) {
  if (!transaction_) co_return;
  const auto transaction = std::exchange(transaction_, nullptr);
  if (key_) {
    co_await transaction->session().run(store_answer, key_->scope, key_->key, key_->request_hash,
                                        answer);
  }
  co_await transaction->commit();
}

}  // namespace platform::bus
