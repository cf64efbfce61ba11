#pragma once

/// The connections of one pool: idle, leased, or being opened. Shared by the pool, its leases and
/// its coroutines, so that each may end in any order. Internal to this folder.

#include <list>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "platform/postgres/connection.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/postgres/pool.hpp"
#include "platform/resilience/dependency.hpp"
#include "platform/runtime/runtime.hpp"

namespace platform::postgres {

class Lease;

/// All connections are in use: a matter between us and our own load, not the server's fault.
struct PoolBusy : Unavailable {
  using Unavailable::Unavailable;
};

class Connections : public std::enable_shared_from_this<Connections> {
 public:
  Connections(runtime::Runtime& runtime, PoolConfig config);

  /// The database, as seen by the calls that are made over these connections.
  resilience::Dependency& database() { return database_; }

  /// An idle connection, or the next one, first come first served. Throws Unavailable.
  awaitable<Lease> lease();

  /// Refuses new leases and those waiting, closes what is idle, and waits for what is leased.
  awaitable<void> close();
  void shut();

 private:
  friend class Lease;
  class Waiter;
  using Owned = std::unique_ptr<Connection>;

  Owned take_idle();
  void put(Owned connection);
  void take_back(Owned connection);
  void discard(Owned connection);

  void open_as_needed();
  static awaitable<void> open_one(std::shared_ptr<Connections> self);
  void opened(Owned connection);
  void failed_to_open(const std::string& reason);
  static awaitable<void> pause_opening(std::shared_ptr<Connections> self);
  static awaitable<void> roll_back(Lease lease);

  [[noreturn]] void throw_why_none() const;

  runtime::Runtime& runtime_;
  PoolConfig config_;
  resilience::Dependency database_;
  std::vector<Owned> idle_;
  std::list<Waiter*> waiters_;
  std::size_t open_ = 0;     // Idle, leased or being opened.
  std::size_t opening_ = 0;  // Of these, being opened.
  std::size_t leased_ = 0;
  unsigned failures_ = 0;  // To open one, since the last success.
  std::string last_failure_;
  bool pausing_ = false;
  bool shut_ = false;
  boost::asio::steady_timer all_returned_;
};

/// A connection for one coroutine. At its end it goes back as its state allows: to the next waiter,
/// through a rollback, or closed.
class Lease {
 public:
  using Ending = void (Connections::*)(std::unique_ptr<Connection>);

  Lease(std::shared_ptr<Connections> owner, std::unique_ptr<Connection> connection,
        Ending ending = &Connections::take_back)
      : owner_(std::move(owner)), connection_(std::move(connection)), ending_(ending) {}
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease() { end(); }

  Connection* operator->() const { return connection_.get(); }

  void end() {
    if (connection_) (*owner_.*ending_)(std::move(connection_));
  }
  void end_with(Ending ending) { ending_ = ending; }

 private:
  std::shared_ptr<Connections> owner_;
  std::unique_ptr<Connection> connection_;
  Ending ending_;
};

}  // namespace platform::postgres
