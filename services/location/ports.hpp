#pragma once

/// What location keeps of rides: whom their passengers see move, and how long trips are.

#include <vector>

#include "contracts/location.hpp"
#include "platform/runtime/awaitable.hpp"
#include "services/location/trip.hpp"

namespace services::location {

using platform::awaitable;

/// Positions, meters and followers are the work of whoever holds the user's shard.
using Shards = std::vector<unsigned>;

struct TrackedRide {
  domain::RideId ride_id;
  domain::DriverId driver_id;
  domain::PassengerId passenger_id;
};

class TripStore {
 public:
  virtual ~TripStore() = default;

  /// The passenger sees this driver from now on, and no other of the ride.
  virtual awaitable<void> track(const TrackedRide& ride) = 0;
  virtual awaitable<void> untrack(domain::RideId ride) = 0;
  virtual awaitable<std::vector<TrackedRide>> tracked(const Shards& shards) = 0;

  /// Nothing happens to a trip that has begun already.
  virtual awaitable<void> open(const TrackedRide& ride, domain::geo::Sequence start) = 0;
  /// What the driver's phone numbers above `end` is not of the trip.
  virtual awaitable<void> end(domain::RideId ride, domain::geo::Sequence end,
                              base::Instant completed_at) = 0;
  /// Nothing is measured any more.
  virtual awaitable<void> close(domain::RideId ride) = 0;
  virtual awaitable<std::vector<Trip>> open_trips(const Shards& shards) = 0;
  /// How far the trip is read, open or closed; empty for one that is not known.
  virtual awaitable<std::vector<contracts::TripMeter>> meters(domain::RideId ride) = 0;

  /// Saves what was read of those trips whose rows are still the ones that were read; says which,
  /// and locks them until the commit.
  virtual awaitable<std::vector<domain::RideId>> save(const std::vector<Trip>& trips) = 0;
};

}  // namespace services::location
