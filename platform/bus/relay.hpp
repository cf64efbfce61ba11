#pragma once

/// Carries committed outbox rows to JetStream, and answers consumers who miss some.
///
/// One relay leads per service (by lease). It numbers rows `WHERE position IS NULL ORDER BY id` per
/// shard, publishes them to `events.<service>.<shard>.<type>`, announces each shard's head on
/// `heads.<service>` every second, and serves `outbox.<service>` (shard, after, limit) from the
/// table. The outbox is the record: rows are kept for seven days.

#include <chrono>
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
  std::chrono::hours keep{7 * 24};
};

class Relay {
 public:
  virtual ~Relay() = default;
  /// Something was committed here: look now instead of at the next poll.
  virtual void wake() = 0;
};

std::unique_ptr<Relay> start_relay(runtime::Runtime& runtime, Connection& connection,
                                   postgres::Pool& pool, RelayConfig config);

}  // namespace platform::bus
