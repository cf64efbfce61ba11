#include "services/location/writer.hpp"

#include <algorithm>
#include <utility>

#include "platform/bus/repeat.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"

namespace services::location {
namespace {

namespace runtime = platform::runtime;
using namespace std::chrono_literals;

constexpr auto forget_interval = 1s;

struct OpenRides {
  std::vector<TrackedRide> tracked;
  std::vector<Trip> trips;
};

awaitable<void> one_turn(std::function<awaitable<void>()> turn, std::chrono::milliseconds rest) {
  co_await turn();
  co_await runtime::sleep_for(rest);
}

awaitable<OpenRides> read_open(const binding::Environment& environment, const Shards& shards) {
  platform::bus::Unit unit{environment.pool, {}};
  binding::Work work{unit, environment.runtime, {}};
  const auto store = make_pg_trip_store(work);
  OpenRides open;
  open.tracked = co_await store->tracked(shards);
  open.trips = co_await store->open_trips(shards);
  co_await unit.commit({});
  co_return open;
}

}  // namespace

Writer::Writer(const binding::Environment& environment, const LocationConfig& config, LiveMap& map,
               Trails& trails, std::function<void()> after_commit)
    : environment_(environment),
      config_(config),
      map_(map),
      trails_(trails),
      shards_(environment, config.lease_ms),
      followers_(environment.bus, config.driver_frame_interval_ms),
      trips_(environment, config, trails, shards_, std::move(after_commit)),
      history_(environment, config),
      redis_map_(environment, config, map, shards_),
      tasks_(environment.runtime.executor()) {}

void Writer::start() {
  keep_doing("location.trips", std::min(config_.meter_interval_ms, config_.lease_ms / 3),
             [this] { return lead(); });
  keep_doing("location.history", config_.history_interval_ms, [this] { return write_history(); });
  keep_doing("location.redis", config_.redis_interval_ms, [this] { return write_redis(); });
  keep_doing("location.forget", forget_interval, [this] { return forget(); });
}

void Writer::note(const Sighting& sighting, Use use) {
  if (!shards_.holds(sighting.user)) return;
  history_.note(sighting);
  if (use != Use::moved || !sighting.vehicle) return;
  redis_map_.note(sighting.user);
  followers_.tell(sighting);
}

awaitable<void> Writer::stop(std::chrono::milliseconds grace) {
  co_await tasks_.join();
  try {
    co_await runtime::with_deadline(farewell(), grace);
  } catch (const std::exception& error) {
    platform::telemetry::warn("location.farewell_failed", {{"reason", error.what()}});
  }
}

void Writer::keep_doing(const std::string& name, std::chrono::milliseconds interval,
                        std::function<awaitable<void>()> turn) {
  tasks_.spawn(name, [this, name, interval, turn = std::move(turn)] {
    return platform::bus::repeat(
        name, environment_.runtime, [interval, turn] { return one_turn(turn, interval); },
        [] { return false; });
  });
}

/// Leases and what they guard share a loop: none waits for the other's lock.
awaitable<void> Writer::lead() {
  co_await shards_.renew();
  const auto open = co_await read_open(environment_, shards_.held());
  followers_.replace(open.tracked);
  co_await trips_.read(open.trips);
}

awaitable<void> Writer::write_history() {
  co_await history_.keep_partitions();
  co_await history_.flush();
}

/// The copy is for starting quickly: while Redis is away, everything goes on.
awaitable<void> Writer::write_redis() {
  try {
    if (!seeded_) co_await redis_map_.seed();
    seeded_ = true;
    co_await redis_map_.turn();
    redis_outage_.works();
  } catch (const platform::redis::Unavailable& error) {
    redis_outage_.fails(error.what());
  }
}

awaitable<void> Writer::forget() {
  map_.forget_silent(environment_.runtime.now());
  trails_.forget_old(environment_.runtime.now());
  co_return;
}

awaitable<void> Writer::farewell() {
  co_await history_.flush();
  co_await shards_.resign();
}

}  // namespace services::location
