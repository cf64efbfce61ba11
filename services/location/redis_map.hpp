#pragma once

/// The live map's copy in Redis: what an instance that has just started knows at once, and what
/// operators' tools look at.
///
///   geo:{<cell>}:<vehicle>   geo set of drivers, one key for each geohash-5 cell and vehicle type
///   seen:{<shard>}           sorted set "<driver>:<vehicle>:<cell>" by when last seen (Unix ms)
///
/// A driver in a geo set is always in a `seen` set too, which tells where to take him out. Whoever
/// holds a shard writes its drivers: those who have moved; all of them when the shard is new to
/// this instance, when Redis has lost it, and now and then. Nobody waits for Redis.

#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "domain/geo/grid.hpp"
#include "platform/redis/client.hpp"
#include "services/location/live_map.hpp"
#include "services/location/shards.hpp"

namespace services::location {

/// A geo set.
struct GeoSet {
  domain::geo::Cell cell;
  domain::VehicleType vehicle = domain::VehicleType::motorcycle;

  friend bool operator==(const GeoSet&, const GeoSet&) = default;
};

/// A member of a `seen` set.
struct SeenDriver {
  domain::DriverId driver;
  GeoSet where;
  base::Instant seen_at;
};

class RedisMap {
 public:
  /// The arguments outlive this.
  RedisMap(const binding::Environment& environment, const LocationConfig& config, LiveMap& map,
           const ShardLeases& shards);

  /// The driver has moved.
  void note(domain::DriverId driver);

  /// Tells the live map what Redis knows of drivers that have been seen lately.
  awaitable<void> seed();

  /// Brings the copy of the shards held here up to date. What it throws (see
  /// platform/redis/client.hpp) is made good by a later turn.
  awaitable<void> turn();

 private:
  using Commands = std::vector<platform::redis::Command>;

  /// What is known of one shard's part of the copy.
  struct Copy {
    bool adopted = false;
    std::unordered_map<domain::DriverId, GeoSet> written;
    std::unordered_set<domain::DriverId> moved;
    base::Instant refreshed_at;
  };

  awaitable<void> adopt(unsigned shard);
  awaitable<void> refresh(unsigned shard);
  void renew_all(unsigned shard);
  awaitable<bool> is_lost(unsigned shard);
  awaitable<void> write_moved(unsigned shard);
  awaitable<void> remove_silent(unsigned shard);
  void write(Commands& commands, unsigned shard, domain::DriverId driver) const;
  void remove(Commands& commands, const SeenDriver& seen) const;
  awaitable<void> send(Commands commands);
  awaitable<std::vector<SeenDriver>> seen_since(unsigned shard, base::Instant since);
  awaitable<std::vector<SeenDriver>> read_seen(platform::redis::Command query);

  std::string geo_key(const GeoSet& set) const;
  std::string seen_key(unsigned shard) const;

  platform::runtime::Runtime& runtime_;
  platform::redis::Client& redis_;
  const LocationConfig& config_;
  LiveMap& map_;
  const ShardLeases& shards_;
  std::array<Copy, shard_count> copies_;
};

}  // namespace services::location
