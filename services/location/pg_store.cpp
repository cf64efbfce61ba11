#include "services/location/pg_store.hpp"

#include <string>

#include "base/json/json.hpp"
#include "services/location/queries.hpp"
#include "services/location/shards.hpp"

namespace services::location {

using domain::geo::Position;
using platform::postgres::Row;

/// What `queries::save_trips` takes of a trip.
struct ReadTrip {
  domain::RideId ride_id;
  std::int64_t version = 0;
  bool closed = false;
  std::optional<domain::SessionId> session_id;
  std::int64_t last_sequence = 0;
  std::optional<double> last_latitude;
  std::optional<double> last_longitude;
  std::optional<base::Instant> last_at;
  std::optional<double> last_accuracy_m;
  std::optional<double> anchor_latitude;
  std::optional<double> anchor_longitude;
  std::optional<base::Instant> anchor_at;
  std::optional<double> anchor_accuracy_m;
  double metres = 0;
  std::int32_t flagged = 0;
};
BOOST_DESCRIBE_STRUCT(ReadTrip, (),
                      (ride_id, version, closed, session_id, last_sequence, last_latitude,
                       last_longitude, last_at, last_accuracy_m, anchor_latitude, anchor_longitude,
                       anchor_at, anchor_accuracy_m, metres, flagged))

namespace {

ReadTrip to_read(const Trip& trip) {
  const auto& meter = trip.meter;
  ReadTrip read{.ride_id = trip.ride_id,
                .version = trip.version,
                .closed = trip.closed,
                .session_id = trip.session_id,
                .last_sequence = meter.last_sequence,
                .metres = meter.metres.value,
                .flagged = meter.flagged};
  if (const auto& last = meter.last) {
    read.last_latitude = last->point.latitude;
    read.last_longitude = last->point.longitude;
    read.last_at = last->at;
    read.last_accuracy_m = last->accuracy.value;
  }
  if (const auto& anchor = meter.anchor) {
    read.anchor_latitude = anchor->point.latitude;
    read.anchor_longitude = anchor->point.longitude;
    read.anchor_at = anchor->at;
    read.anchor_accuracy_m = anchor->accuracy.value;
  }
  return read;
}

/// The position in the columns that begin with `prefix`, as far as the meter needs it.
std::optional<Position> position_of(const Row& row, const std::string& prefix) {
  const auto at = row.maybe<base::Instant>(prefix + "_at");
  if (!at) return {};
  return Position{
      .point = {row.get<double>(prefix + "_latitude"), row.get<double>(prefix + "_longitude")},
      .at = *at,
      .accuracy = {row.get<double>(prefix + "_accuracy_m")}};
}

Trip trip_of(const Row& row) {
  return {.ride_id = row.get<domain::RideId>("ride_id"),
          .driver_id = row.get<domain::DriverId>("driver_id"),
          .passenger_id = row.get<domain::PassengerId>("passenger_id"),
          .session_id = row.maybe<domain::SessionId>("session_id"),
          .completed_at = row.maybe<base::Instant>("completed_at"),
          .meter = {.start_sequence = row.get<std::int64_t>("start_sequence"),
                    .end_sequence = row.maybe<std::int64_t>("end_sequence"),
                    .last_sequence = row.get<std::int64_t>("last_sequence"),
                    .last = position_of(row, "last"),
                    .anchor = position_of(row, "anchor"),
                    .metres = {row.get<double>("metres")},
                    .flagged = row.get<int>("flagged")},
          .version = row.get<std::int64_t>("version")};
}

TrackedRide tracked_ride_of(const Row& row) {
  return {.ride_id = row.get<domain::RideId>("ride_id"),
          .driver_id = row.get<domain::DriverId>("driver_id"),
          .passenger_id = row.get<domain::PassengerId>("passenger_id")};
}

class PgTripStore final : public TripStore {
 public:
  explicit PgTripStore(binding::Work& work) : work_(work) {}

  awaitable<void> track(const TrackedRide& ride) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::track_ride, ride.ride_id, ride.driver_id, ride.passenger_id,
                         shard_of(ride.driver_id));
  }

  awaitable<std::vector<contracts::TripMeter>> meters(domain::RideId ride) override {
    auto& session = *co_await work_.session();
    std::vector<contracts::TripMeter> meters;
    for (const auto row : co_await session.run(queries::read_meter, ride)) {
      meters.push_back({.metres = row.get<double>("metres"),
                        .metered_through = row.get<std::int64_t>("last_sequence")});
    }
    co_return meters;
  }

  awaitable<void> untrack(domain::RideId ride) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::untrack_ride, ride);
  }

  awaitable<std::vector<TrackedRide>> tracked(const Shards& shards) override {
    auto& session = *co_await work_.session();
    std::vector<TrackedRide> rides;
    for (const auto row : co_await session.run(queries::tracked_rides, shards)) {
      rides.push_back(tracked_ride_of(row));
    }
    co_return rides;
  }

  awaitable<void> open(const TrackedRide& ride, domain::geo::Sequence start) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::open_trip, ride.ride_id, ride.driver_id, ride.passenger_id,
                         shard_of(ride.driver_id), start);
  }

  awaitable<void> end(domain::RideId ride, domain::geo::Sequence end,
                      base::Instant completed_at) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::end_trip, ride, end, completed_at);
  }

  awaitable<void> close(domain::RideId ride) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::close_trip, ride, work_.now());
  }

  awaitable<std::vector<Trip>> open_trips(const Shards& shards) override {
    auto& session = *co_await work_.session();
    std::vector<Trip> trips;
    for (const auto row : co_await session.run(queries::open_trips, shards)) {
      trips.push_back(trip_of(row));
    }
    co_return trips;
  }

  awaitable<std::vector<domain::RideId>> save(const std::vector<Trip>& trips) override {
    std::vector<ReadTrip> reads;
    for (const auto& trip : trips) reads.push_back(to_read(trip));
    auto& session = *co_await work_.session();
    const auto rows =
        co_await session.run(queries::save_trips, base::json::to_text(reads), work_.now());
    std::vector<domain::RideId> saved;
    for (const auto row : rows) saved.push_back(row.get<domain::RideId>("ride_id"));
    co_return saved;
  }

 private:
  binding::Work& work_;
};

}  // namespace

std::unique_ptr<TripStore> make_pg_trip_store(binding::Work& work) {
  return std::make_unique<PgTripStore>(work);
}

}  // namespace services::location
