#pragma once

/// Copies in Redis of what the tables say, for whoever looks often and may be a second behind: the
/// map of free drivers that every passenger watches, and operators.
///
///   match:drivers:{zone}   sorted set: free drivers by when they last changed (Unix ms)
///   match:waiting:{zone}   list: waiting requests, oldest search first
///   match:{proposals}      sorted set: open proposals by when they expire (Unix ms)
///   match:mirror           "ready" while all of these are complete
///
/// One instance writes them, from the tables and from nothing else. When the copies are lost, as by
/// a flush or a restart of Redis, `match:mirror` is lost with them: readers then turn to the
/// tables, and the writer begins anew. No command waits for a write to Redis.

#include <memory>
#include <string>
#include <vector>

#include "platform/redis/client.hpp"
#include "platform/runtime/task_group.hpp"
#include "services/binding/outage.hpp"
#include "services/binding/service.hpp"
#include "services/match/config.hpp"
#include "services/match/leadership.hpp"
#include "services/match/ports.hpp"

namespace services::match {

/// What `match:mirror` holds while the copies are complete.
inline constexpr const char* mirror_ready = "ready";

/// Where each copy is kept.
class MirrorKeys {
 public:
  explicit MirrorKeys(const platform::redis::Client& redis) : redis_(redis) {}

  std::string drivers(const Zone& zone) const;
  std::string waiting(const Zone& zone) const;
  std::string proposals() const;
  std::string mirror() const;

 private:
  const platform::redis::Client& redis_;
};

/// The writer. Drivers are copied as they change; the rest is short, and is written whole.
class RedisMirror {
 public:
  /// The arguments outlive the mirror.
  RedisMirror(const binding::Environment& environment, const MatchConfig& config,
              const Zones& zones, LiveMap& live_map);

  void start();
  /// Gives the lease back. Whatever was started must be stopped before its end.
  awaitable<void> stop();

 private:
  struct DriverChange {
    domain::DriverId driver_id;
    base::Instant at;
    bool free = false;
  };

  awaitable<void> turn();
  awaitable<void> refresh();
  awaitable<bool> is_complete();
  awaitable<void> begin_anew();
  awaitable<void> copy_drivers(base::Instant since);
  awaitable<std::vector<DriverChange>> changes_after(DriverChange last);
  awaitable<std::vector<const Zone*>> zones_of(const std::vector<DriverChange>& changes);
  awaitable<void> copy_waiting(const Zone& zone);
  awaitable<void> copy_proposals();
  awaitable<void> replace(std::string key, std::string fill, std::vector<std::string> elements);

  binding::Environment environment_;
  const MatchConfig& config_;
  const Zones& zones_;
  LiveMap& live_map_;
  MirrorKeys keys_;
  Leadership leadership_;
  binding::Outage outage_{"match.mirror"};
  platform::runtime::TaskGroup tasks_;
};

/// The reader: from the copy while it is complete, else from the tables.
std::unique_ptr<FreeDrivers> make_free_drivers(const binding::Environment& environment,
                                               const Zones& zones);

}  // namespace services::match
