#pragma once

/// Carries committed outbox rows to JetStream, and answers consumers who miss some.
///
/// One relay leads per service (by lease). It numbers rows `WHERE position IS NULL ORDER BY id` per
/// shard, publishes them to `events.<service>.<shard>.<type>` and announces each shard's head on
/// `heads.<service>` every second. Every relay serves `outbox.<service>` (shard, after, limit) from
/// the table. The outbox is the record: rows are kept for seven days, the stream holds an hour.
///
/// Numbering goes on while the stream is out of order: consumers then get their events by asking.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "platform/bus/connection.hpp"
#include "platform/postgres/pool.hpp"

namespace platform::bus {

struct RelayConfig {
  std::string service;
  std::size_t batch_max = 256;
  std::chrono::milliseconds poll_interval{50};  ///< When no wake-up came.
  std::chrono::milliseconds head_interval{1'000};
  std::chrono::milliseconds lease_ttl{5'000};
  std::chrono::hours keep{7 * 24};  ///< Outbox rows and answers for idempotency keys.
  std::int64_t stream_bytes_max = 256LL * 1024 * 1024;
  int stream_replicas = 1;
};

/// Its end stops relaying here.
class Relay {
 public:
  virtual ~Relay() = default;
  /// Something was committed here: look now, wherever the leader is, instead of at the next poll.
  virtual void wake() = 0;
};

/// Starts in `runtime.tasks()`; connection and pool are used until those have ended. Any number of
/// instances may do so: another takes over within `lease_ttl` and a third.
std::unique_ptr<Relay> start_relay(runtime::Runtime& runtime, Connection& connection,
                                   postgres::Pool& pool, const RelayConfig& config);

}  // namespace platform::bus
