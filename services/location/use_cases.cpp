#include "services/location/use_cases.hpp"

namespace services::location {
namespace {

TrackedRide tracked(const contracts::RideView& ride) {
  return {.ride_id = ride.ride_id,
          .driver_id = ride.driver.driver_id,
          .passenger_id = ride.passenger_id};
}

}  // namespace

awaitable<Outcome<contracts::FoundDrivers>> LocationUseCases::find_drivers(
    binding::Caller, contracts::FindDrivers question) {
  co_return map_.find_drivers(question, work_.now());
}

awaitable<Outcome<contracts::LastPositions>> LocationUseCases::where_is(
    binding::Caller, contracts::WhereIs question) {
  co_return map_.where_is(question, work_.now());
}

awaitable<Outcome<contracts::TripMeters>> LocationUseCases::read_meter(
    binding::Caller, contracts::ReadMeter question) {
  co_return contracts::TripMeters{.meters = co_await trips_->meters(question.ride_id)};
}

awaitable<void> LocationUseCases::follow_driver(contracts::RideChanged change) {
  co_await trips_->track(tracked(change.ride));
}

awaitable<void> LocationUseCases::begin_trip(contracts::RideChanged change) {
  const auto ride = tracked(change.ride);
  co_await trips_->track(ride);
  co_await trips_->open(ride, change.start_sequence.value());
}

awaitable<void> LocationUseCases::end_trip(contracts::RideChanged change) {
  const auto& ride = change.ride;
  co_await trips_->untrack(ride.ride_id);
  co_await trips_->end(ride.ride_id, change.end_sequence.value(), ride.completed_at.value());
}

awaitable<void> LocationUseCases::drop_trip(contracts::RideChanged change) {
  co_await trips_->untrack(change.ride.ride_id);
  co_await trips_->close(change.ride.ride_id);
}

awaitable<void> LocationUseCases::stop_following(contracts::RideChanged change) {
  co_await trips_->untrack(change.ride.ride_id);
}

}  // namespace services::location
