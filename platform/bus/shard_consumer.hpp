#pragma once

/// Consumes one shard while its lease is held here. What arrives (events, heads, due times) is
/// noted by plain calls; one loop does the work, so that the shard's events are applied in order.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "platform/bus/applier.hpp"
#include "platform/bus/arrivals.hpp"
#include "platform/bus/bell.hpp"
#include "platform/bus/connection.hpp"
#include "platform/bus/permits.hpp"
#include "platform/bus/retrier.hpp"

namespace platform::bus {

class ShardConsumer {
 public:
  /// Calls `on_progress` when there may be room again.
  ShardConsumer(runtime::Runtime& runtime, Connection& connection, postgres::Pool& pool,
                Permits& permits, const Reaction& reaction, unsigned shard,
                std::function<void()> on_progress);

  /// Whether the lease is held. Without it all that has arrived is forgotten.
  void hold(bool held);
  bool is_held() const { return held_; }

  /// Whether another `batch_max` events of the stream are welcome.
  bool has_room() const;

  void arrive(Numbered numbered, std::string acknowledge_to);

  /// The producer has given positions up to this one.
  void learn_head(std::int64_t position);

  /// How many events it is behind the head, if the lease is held.
  std::int64_t lag() const;

  /// A parked event is due in so long.
  void learn_due(std::chrono::milliseconds in);

  void stop() { bell_.ring(); }

  /// Does what there is to do; waits, not for long, when that is nothing.
  awaitable<void> turn();

 private:
  using Clock = std::chrono::steady_clock;

  awaitable<void> await_lease();
  awaitable<void> work();
  awaitable<void> retry_one();
  awaitable<std::optional<Retrier::Retried>> retry_when_permitted();
  awaitable<void> apply(const std::vector<const Numbered*>& run);
  awaitable<Applier::Outcome> apply_when_permitted(const std::vector<const Numbered*>& run);
  awaitable<void> ask_for(std::int64_t count);
  awaitable<void> accept_loss_before(std::int64_t first);
  std::int64_t missing() const;
  void acknowledge_applied();
  void announce_dead(const Retrier::Retried& retried);
  std::chrono::milliseconds until_something_is_due() const;

  const runtime::Runtime& runtime_;
  Connection& connection_;
  postgres::Pool& pool_;
  Permits& permits_;
  const Reaction& reaction_;
  const Source source_;
  const std::function<void()> on_progress_;
  Applier applier_;
  Retrier retrier_;
  Bell bell_;

  bool held_ = false;
  std::optional<std::int64_t> position_;  // As far as is known; the table knows better.
  Arrivals arrivals_;
  std::int64_t head_ = 0;
  bool asks_ = false;  // The producer and not the stream brings the events.
  Clock::time_point last_progress_{};
  std::optional<Clock::time_point> retry_at_;
};

}  // namespace platform::bus
