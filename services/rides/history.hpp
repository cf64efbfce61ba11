#pragma once

/// What its participants and operators are told of rides that are under way or over, and the stars
/// that both sides give each other afterwards.

#include "contracts/events.hpp"
#include "contracts/operators.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/rides/archive.hpp"
#include "services/rides/config.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {

/// What match and location know of a ride. Empty when they are out of reach.
class Witnesses {
 public:
  virtual ~Witnesses() = default;
  virtual awaitable<std::optional<contracts::RequestStory>> request_story(domain::RideId id) = 0;
  virtual awaitable<std::optional<contracts::TripMeters>> meter(domain::RideId id) = 0;
};

class HistoryUseCases {
 public:
  HistoryUseCases(binding::Work& work, RideStore& rides, Archive archive, Witnesses& witnesses,
                  const RidesConfig& config)
      : work_(work), rides_(rides), archive_(archive), witnesses_(witnesses), config_(config) {}

  using Caller = binding::Caller;
  template <class T>
  using Told = awaitable<domain::Outcome<T>>;

  Told<contracts::RidePage> list_rides(Caller caller, contracts::ListRides question);
  Told<contracts::RatingView> rate(Caller caller, contracts::RateRide command);
  Told<contracts::RatingView> get_rating(Caller caller, contracts::RideRef question);

  // Operators, and other services.

  Told<contracts::StaffRidePage> search_rides(Caller caller, contracts::SearchRides question);
  Told<contracts::RideStory> get_ride_story(Caller caller, contracts::RideRef question);
  Told<contracts::StaffRidePage> look_up_ride(Caller caller, contracts::RideRef question);

 private:
  awaitable<void> add_own(contracts::RideStory& story, const RideRecord& record);

  binding::Work& work_;
  RideStore& rides_;
  Archive archive_;
  Witnesses& witnesses_;
  const RidesConfig& config_;
};

}  // namespace services::rides
