#pragma once

/// What others ask of the live map, and what rides mean for it.

#include "contracts/events.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/location/live_map.hpp"
#include "services/location/ports.hpp"

namespace services::location {

using domain::Outcome;

class LocationUseCases {
 public:
  LocationUseCases(binding::Work& work, const LiveMap& map, std::unique_ptr<TripStore> trips)
      : work_(work), map_(map), trips_(std::move(trips)) {}

  // Answered from memory: no transaction opens.
  awaitable<Outcome<contracts::FoundDrivers>> find_drivers(binding::Caller by,
                                                           contracts::FindDrivers question);
  awaitable<Outcome<contracts::LastPositions>> where_is(binding::Caller by,
                                                        contracts::WhereIs question);

  awaitable<Outcome<contracts::TripMeters>> read_meter(binding::Caller by,
                                                       contracts::ReadMeter question);

  // Each may come twice.
  awaitable<void> follow_driver(contracts::RideChanged change);
  awaitable<void> begin_trip(contracts::RideChanged change);
  awaitable<void> end_trip(contracts::RideChanged change);
  awaitable<void> drop_trip(contracts::RideChanged change);
  awaitable<void> stop_following(contracts::RideChanged change);

 private:
  binding::Work& work_;
  const LiveMap& map_;
  std::unique_ptr<TripStore> trips_;
};

}  // namespace services::location
