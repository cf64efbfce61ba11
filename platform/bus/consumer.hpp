#pragma once

/// Applies another service's events, each exactly once in effect and in order per request.
///
/// For each shard, one instance (by lease) pulls at most `batch_max` messages, applies them in
/// order in one commit that also moves the shard's position, then acknowledges. Lower positions are
/// skipped; on a gap, or when the producer's head is ahead, the missing rows are asked from the
/// producer. An event whose application fails is parked together with all later events of the same
/// key, retried with growing jittered delays and after the last try becomes a dead letter.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/bus/connection.hpp"
#include "platform/bus/event.hpp"
#include "platform/bus/unit.hpp"
#include "platform/postgres/pool.hpp"

namespace platform::bus {

struct ConsumerConfig {
  std::string consumer;  ///< This service: "rides".
  std::string producer;  ///< Whose events: "match".
  std::size_t batch_max = 256;
  std::size_t commits_at_once_max = 2;  ///< So that a backlog leaves the pool to others.
  std::chrono::milliseconds pull_wait{2'000};
  std::chrono::milliseconds lease_ttl{5'000};  ///< Within it, others take over from the dead.
  std::chrono::milliseconds head_check_interval{1'000};
  /// Delays before the retries of a parked event, each jittered by +-20 %; then it is dead.
  std::vector<std::chrono::milliseconds> retry_delays{
      std::chrono::milliseconds{1'000}, std::chrono::milliseconds{5'000},
      std::chrono::milliseconds{15'000}, std::chrono::milliseconds{60'000},
      std::chrono::milliseconds{300'000}};
};

/// Applies one event within `unit`'s transaction, which others share: it may be called again for
/// the same event, after what it did was rolled back. Throwing parks the event;
/// postgres::Unavailable and postgres::Contended instead abandon the batch, which comes again.
using ApplyEvent = std::function<awaitable<void>(const Event&, Unit&)>;

/// Called after the commit for each event that was applied in it: the place for signals. Left out
/// when nobody learns that the commit was made, because the process or the database died then.
using AfterCommit = std::function<void(const Event&)>;

class Consumer {
 public:
  virtual ~Consumer() = default;
};

/// Starts consuming in `runtime.tasks()`. Events whose type is not in `types` only move the
/// position.
std::unique_ptr<Consumer> start_consumer(runtime::Runtime& runtime, Connection& connection,
                                         postgres::Pool& pool, ConsumerConfig config,
                                         std::vector<std::string> types, ApplyEvent apply,
                                         AfterCommit after_commit = {});

}  // namespace platform::bus
