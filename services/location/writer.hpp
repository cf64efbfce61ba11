#pragma once

/// What one instance does for its shards in the background: trip meters, frames to passengers,
/// history, and the copy in Redis. Each is a loop of its own, so that a server that is away stops
/// nothing but what needs it.

#include <functional>

#include "platform/runtime/task_group.hpp"
#include "services/binding/outage.hpp"
#include "services/location/followers.hpp"
#include "services/location/history.hpp"
#include "services/location/redis_map.hpp"
#include "services/location/trip_reader.hpp"

namespace services::location {

class Writer {
 public:
  /// `after_commit` wakes the relay. The arguments outlive the writer.
  Writer(const binding::Environment& environment, const LocationConfig& config, LiveMap& map,
         Trails& trails, std::function<void()> after_commit);

  /// Begins all loops. Until `stop` the writer must not go away.
  void start();

  /// A position was kept.
  void note(const Sighting& sighting, Use use);

  /// Ends all loops, writes the rest of history within `grace`, and gives the shards back.
  awaitable<void> stop(std::chrono::milliseconds grace);

 private:
  void keep_doing(const std::string& name, std::chrono::milliseconds interval,
                  std::function<awaitable<void>()> turn);
  awaitable<void> lead();
  awaitable<void> write_history();
  awaitable<void> write_redis();
  awaitable<void> forget();
  awaitable<void> farewell();

  binding::Environment environment_;
  const LocationConfig& config_;
  LiveMap& map_;
  Trails& trails_;
  ShardLeases shards_;
  Followers followers_;
  TripReader trips_;
  History history_;
  RedisMap redis_map_;
  binding::Outage redis_outage_{"location.redis"};
  bool seeded_ = false;
  platform::runtime::TaskGroup tasks_;
};

}  // namespace services::location
