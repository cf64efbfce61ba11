#include "platform/postgres/connections.hpp"

#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "platform/postgres/errors.hpp"
#include "platform/postgres/stopwatch.hpp"
#include "platform/resilience/retry.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::postgres {

namespace asio = boost::asio;

namespace {

constexpr telemetry::HistogramFamily lease_seconds{"nebengjek_postgres_lease_seconds",
                                                   "Waiting for a connection of the pool"};

}  // namespace

/// A coroutine in the queue for a connection. What it was given and did not take goes back.
class Connections::Waiter {
 public:
  Waiter(std::shared_ptr<Connections> owner, const asio::any_io_executor& executor)
      : owner_(std::move(owner)), woken_(executor, owner_->config_.lease_timeout) {
    owner_->waiters_.push_back(this);
  }
  ~Waiter() {
    owner_->waiters_.remove(this);
    if (given_) owner_->put(std::move(given_));
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  awaitable<Owned> wait() {
    boost::system::error_code woken;
    co_await woken_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (!given_ && cancellation.cancelled() != asio::cancellation_type::none) {
      throw boost::system::system_error{woken};
    }
    co_return std::move(given_);
  }
  void give(Owned connection) {
    given_ = std::move(connection);
    wake();
  }
  void wake() {
    owner_->waiters_.remove(this);
    woken_.expires_at(asio::steady_timer::time_point::min());
  }

 private:
  std::shared_ptr<Connections> owner_;
  asio::steady_timer woken_;
  Owned given_;
};

Connections::Connections(runtime::Runtime& runtime, PoolConfig config)
    : runtime_(runtime),
      config_(std::move(config)),
      database_(runtime.clock(), "postgres", config_.breaker),
      all_returned_(runtime.executor()) {}

awaitable<Lease> Connections::lease() {
  const Stopwatch stopwatch{lease_seconds.with()};
  auto connection = waiters_.empty() ? take_idle() : nullptr;
  if (!connection) {
    if (shut_ || waiters_.size() >= config_.waiting_max) throw_why_none();
    Waiter waiter{shared_from_this(), runtime_.executor()};
    open_as_needed();
    connection = co_await waiter.wait();
  }
  if (!connection) throw_why_none();
  ++leased_;
  co_return Lease{shared_from_this(), std::move(connection)};
}

Connections::Owned Connections::take_idle() {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (!connection->has_hung_up()) return connection;
    --open_;
  }
  return nullptr;
}

void Connections::put(Owned connection) {
  if (shut_) {
    --open_;
  } else if (waiters_.empty()) {
    idle_.push_back(std::move(connection));
  } else {
    waiters_.front()->give(std::move(connection));
  }
}

void Connections::take_back(Owned connection) {
  const auto state = connection->state();
  if (state == Connection::State::broken || shut_) return discard(std::move(connection));
  if (state != Connection::State::idle) {
    Lease for_rollback{shared_from_this(), std::move(connection), &Connections::discard};
    return runtime_.tasks().spawn("postgres.rollback", roll_back(std::move(for_rollback)));
  }
  put(std::move(connection));
  if (--leased_ == 0) all_returned_.cancel();
}

void Connections::discard(Owned connection) {
  connection.reset();
  --open_;
  if (--leased_ == 0) all_returned_.cancel();
  open_as_needed();
}

// A connection that can't roll back is closed, and the server rolls back.
awaitable<void> Connections::roll_back(Lease lease) {
  try {
    co_await lease->run({{rollback_statement, {}}});
    lease.end_with(&Connections::take_back);
  } catch (const std::runtime_error& failure) {
    telemetry::debug("postgres.rollback_failed", {{"reason", failure.what()}});
  }
}

void Connections::open_as_needed() {
  while (!shut_ && !pausing_ && opening_ < waiters_.size() && open_ < config_.connections_max) {
    ++opening_;
    ++open_;
    runtime_.tasks().spawn("postgres.connect", open_one(shared_from_this()));
  }
}

awaitable<void> Connections::open_one(std::shared_ptr<Connections> self) {
  try {
    self->opened(co_await Connection::open(self->config_));
  } catch (const Unavailable& failure) {
    self->failed_to_open(failure.what());
  }
}

void Connections::opened(Owned connection) {
  --opening_;
  if (failures_ > 0) telemetry::info("postgres.reached", {{"database", config_.database}});
  failures_ = 0;
  put(std::move(connection));
}

void Connections::failed_to_open(const std::string& reason) {
  --opening_;
  --open_;
  last_failure_ = reason;
  if (pausing_ || shut_) return;
  if (failures_ == 0) telemetry::warn("postgres.unreachable", {{"reason", reason}});
  pausing_ = true;
  runtime_.tasks().spawn("postgres.pause", pause_opening(shared_from_this()));
}

awaitable<void> Connections::pause_opening(std::shared_ptr<Connections> self) {
  co_await runtime::sleep_for(
      resilience::jittered({}, self->failures_++, self->runtime_.entropy()));
  self->pausing_ = false;
  self->open_as_needed();
}

void Connections::throw_why_none() const {
  if (shut_) throw Unavailable{"the pool of database connections is closed"};
  if (failures_ > 0) throw Unavailable{last_failure_};
  if (waiters_.size() >= config_.waiting_max) {
    throw PoolBusy{"too many wait for a database connection"};
  }
  throw PoolBusy{"no database connection became free in time"};
}

void Connections::shut() {
  shut_ = true;
  open_ -= idle_.size();
  idle_.clear();
  while (!waiters_.empty()) waiters_.front()->wake();
}

awaitable<void> Connections::close() {
  shut();
  while (leased_ > 0) {
    boost::system::error_code returned;
    all_returned_.expires_at(asio::steady_timer::time_point::max());
    co_await all_returned_.async_wait(asio::redirect_error(asio::use_awaitable, returned));
  }
}

}  // namespace platform::postgres
