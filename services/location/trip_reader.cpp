#include "services/location/trip_reader.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "contracts/events.hpp"
#include "contracts/subjects.hpp"
#include "platform/telemetry/metrics.hpp"

namespace services::location {
namespace {

using domain::RideId;

/// Saved in one commit.
constexpr std::size_t batch_max = 500;

constexpr platform::telemetry::GaugeFamily meters_open{"nebengjek_location_meters_open",
                                                       "Trips being measured here"};
constexpr platform::telemetry::CounterFamily trips_closed{
    "nebengjek_location_trips_metered_total", "Trips measured, to their end or not", {"complete"}};

contracts::TripMetered metered(const Trip& trip) {
  return {.ride_id = trip.ride_id,
          .metres = trip.meter.metres.value,
          .metered_through = trip.meter.last_sequence,
          .flagged = trip.meter.flagged,
          .complete = is_complete(trip)};
}

contracts::MeterReading reading_of(const Trip& trip) {
  return {.ride_id = trip.ride_id,
          .driver_id = trip.driver_id,
          .passenger_id = trip.passenger_id,
          .metres = trip.meter.metres.value,
          .metered_through = trip.meter.last_sequence};
}

Shards shards_of(const std::vector<Trip>& trips) {
  std::set<unsigned> shards;
  for (const auto& trip : trips) shards.insert(shard_of(trip.driver_id));
  return {shards.begin(), shards.end()};
}

awaitable<void> announce_final(binding::Work& work, const std::vector<Trip>& trips) {
  for (const auto& trip : trips) {
    if (!trip.closed) continue;
    co_await work.announce(contracts::events::trip_metered, trip.ride_id, metered(trip));
  }
}

}  // namespace

TripReader::TripReader(const binding::Environment& environment, const LocationConfig& config,
                       const Trails& trails, ShardLeases& shards,
                       std::function<void()> after_commit)
    : environment_(environment),
      rules_{.meter = config.meter_rules(), .gap_wait = config.meter_gap_wait_ms},
      trails_(trails),
      shards_(shards),
      after_commit_(std::move(after_commit)) {}

TripReader::~TripReader() { count_open(0); }

awaitable<void> TripReader::read(const std::vector<Trip>& trips) {
  count_open(trips.size());
  const auto now = environment_.runtime.now();
  std::vector<Trip> changed;
  for (const auto& trip : trips) {
    auto read = read_on(trip, trails_, rules_, now);
    read.closed = is_final(read, rules_, now);
    const bool moved = read.meter != trip.meter || read.session_id != trip.session_id;
    if (moved || read.closed) changed.push_back(std::move(read));
    if (changed.size() == batch_max) co_await save(std::exchange(changed, {}));
  }
  if (!changed.empty()) co_await save(std::move(changed));
}

awaitable<void> TripReader::save(std::vector<Trip> trips) {
  platform::bus::Unit unit{environment_.pool, {}};
  binding::Work work{unit, environment_.runtime, {}};
  co_await shards_.guard(*co_await work.session(), shards_of(trips));
  const auto ids = co_await make_pg_trip_store(work)->save(trips);
  const std::unordered_set<RideId> saved{ids.begin(), ids.end()};
  std::erase_if(trips, [&](const Trip& trip) { return !saved.contains(trip.ride_id); });
  co_await announce_final(work, trips);
  co_await unit.commit({});
  for (const auto& trip : trips) {
    environment_.bus.publish_signal(std::string{contracts::subjects::meters},
                                    base::json::to_text(reading_of(trip)));
    if (trip.closed) trips_closed.with(is_complete(trip) ? "yes" : "no").add();
  }
  if (std::ranges::any_of(trips, &Trip::closed)) after_commit_();
}

void TripReader::count_open(std::size_t trips) {
  meters_open.with().add(static_cast<double>(trips) - static_cast<double>(open_));
  open_ = trips;
}

}  // namespace services::location
