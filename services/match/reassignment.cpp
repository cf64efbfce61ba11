// What operators do about requests: ending a search, and giving a ride to another driver.
//
// A ride goes over in three commits. Here the new driver's slot is reserved and match.reassigned
// told; rides gives him the ride, or refuses since it has moved on; here his slot becomes matched
// and the last driver's free, or his is free again. Until then both are held by the one request, so
// nobody is promised twice whatever comes in between.

#include <utility>

#include "services/match/use_cases.hpp"
#include "services/match/views.hpp"

namespace services::match {
namespace {

namespace events = contracts::events;
namespace rules = domain::match;
using domain::rejected;
using domain::Rejection;
using domain::ride::RideState;

}  // namespace

awaitable<Outcome<contracts::StaffRequest>> MatchUseCases::cancel_request_for(
    Caller caller, contracts::CancelRequestFor command) {
  auto record = co_await store_->lock(command.request_id);
  if (!record) co_return rejected(Rejection::not_found);
  const auto passenger = record->request.passenger_id;
  auto cancelled = decide(record->request, passenger, rules::CancelRequest{}, now());
  if (!cancelled) co_return rejected(cancelled.error());
  record->request = std::move(*cancelled);
  co_await end_search(*record);
  co_await store_->add_action(command.request_id, std::string{events::request_cancelled.type},
                              "staff:" + caller.staff, command.reason, now());
  co_return contracts::StaffRequest{.passenger_id = passenger, .request = request_view(*record)};
}

awaitable<Outcome<contracts::Reassignment>> MatchUseCases::reassign_ride(
    Caller caller, contracts::ReassignRide command) {
  const auto state = co_await around_.rides.state(command.ride_id, work_.trace());
  if (!state) co_return rejected(Rejection::not_found);
  if (*state != RideState::matched) co_return rejected(Rejection::illegal_transition);
  const auto request = co_await store_->lock(command.ride_id);
  if (!request) co_return rejected(Rejection::not_found);
  const auto replaces = co_await store_->accepted_match(command.ride_id);
  if (!replaces) co_return rejected(Rejection::illegal_transition);
  if (co_await store_->open_reassignment(command.ride_id)) co_return rejected(Rejection::conflict);
  const auto driver = co_await reserve(*request, command.driver_id);
  if (!driver) co_return rejected(driver.error());
  const ReassignmentRecord record{.id = work_.new_id<domain::MatchId>(),
                                  .request_id = command.ride_id,
                                  .driver_id = command.driver_id,
                                  .by = caller.staff,
                                  .reason = command.reason};
  co_await store_->insert(record, now());
  co_await work_.announce(events::match_reassigned, command.ride_id,
                          contracts::MatchReassigned{.request_id = command.ride_id,
                                                     .match_id = record.id,
                                                     .replaces = *replaces,
                                                     .driver = driver->card,
                                                     .by = record.by,
                                                     .reason = record.reason});
  co_return contracts::Reassignment{
      .ride_id = command.ride_id, .match_id = record.id, .driver = driver->card};
}

awaitable<Outcome<DriverRecord>> MatchUseCases::reserve(const RequestRecord& request,
                                                        domain::DriverId id) {
  if (request.request.driver_id == id) co_return rejected(Rejection::invalid_value);
  auto driver = co_await store_->lock_slot(id);
  if (!driver) co_return rejected(Rejection::not_found);
  const auto allowed = domain::identity::check_may_drive(driver->status);
  if (!allowed) co_return rejected(allowed.error());
  if (driver->slot.held_by) co_return rejected(Rejection::driver_busy);
  auto slot = hold(driver->slot, request.request);
  if (!slot) co_return rejected(slot.error());
  driver->slot = *slot;
  co_await store_->hold(std::vector{driver->slot}, HeldAs::reserved, now());
  co_return *std::move(driver);
}

awaitable<void> MatchUseCases::hand_over(contracts::RideChanged event) {
  auto record = co_await store_->lock(event.ride.ride_id);
  if (!record) co_return;
  const auto reserved = co_await store_->open_reassignment(event.ride.ride_id);
  if (!reserved || reserved->driver_id != event.ride.driver.driver_id) co_return;  // Told twice.
  const auto next = decide(record->request, rules::ReassignRequest{reserved->driver_id});
  if (!next) co_return;
  const auto last = *record->request.driver_id;
  record->request = *next;
  co_await store_->save(record->request);
  co_await store_->undo_acceptance(record->request.id, now());
  co_await store_->settle(*reserved, true, now());
  co_await store_->release(record->request.id, std::vector{last}, now());
  const rules::DriverSlot slot{.driver_id = reserved->driver_id, .held_by = record->request.id};
  co_await store_->hold(std::vector{slot}, HeldAs::matched, now());
}

awaitable<void> MatchUseCases::keep_driver(contracts::ReassignRefused event) {
  const auto record = co_await store_->lock(event.ride_id);
  const auto reserved = co_await store_->open_reassignment(event.ride_id);
  if (!record || !reserved || reserved->id != event.match_id) co_return;  // Told twice.
  co_await store_->settle(*reserved, false, now());
  co_await store_->release(event.ride_id, std::vector{event.driver_id}, now());
}

awaitable<void> MatchUseCases::note_stars(contracts::RideRated event) {
  if (event.by != domain::ride::Side::passenger) co_return;
  co_await store_->add_stars(event.driver_id, event.stars);
}

}  // namespace services::match
