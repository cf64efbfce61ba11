#include "services/match/use_cases.hpp"

#include <utility>

#include "services/match/views.hpp"

namespace services::match {
namespace {

namespace events = contracts::events;
namespace rules = domain::match;
using domain::rejected;
using domain::Rejection;
using domain::identity::check_may_drive;

constexpr std::size_t nearby_drivers_max = 20;

std::vector<domain::DriverId> ids_of(const std::vector<contracts::FoundDriver>& found) {
  std::vector<domain::DriverId> ids;
  for (const auto& driver : found) ids.push_back(driver.driver_id);
  return ids;
}

bool cancelled_by_driver(const contracts::RideView& ride) {
  return ride.cancellation && ride.cancellation->by == domain::ride::CancelledBy::driver;
}

}  // namespace

MatchUseCases::MatchUseCases(binding::Work& work, std::unique_ptr<MatchStore> store,
                             const Surroundings& surroundings)
    : work_(work),
      store_(std::move(store)),
      around_(surroundings),
      rules_(surroundings.config.rules()),
      proposals_(work_, *store_) {}

awaitable<Outcome<contracts::Beacon>> MatchUseCases::set_beacon(Caller caller,
                                                                contracts::SetBeacon command) {
  const auto driver = co_await store_->lock_slot_and_holder(caller.user);
  if (!driver) co_return rejected(Rejection::driver_not_approved);
  const auto allowed = check_may_drive(driver->status);
  if (!allowed) co_return rejected(allowed.error());
  if (command.on) {
    co_await switch_beacon(*driver, true);
  } else {
    co_await switch_off(*driver);
  }
  co_return contracts::Beacon{.on = command.on};
}

awaitable<Outcome<contracts::RequestView>> MatchUseCases::create_request(
    Caller caller, contracts::CreateRequest command) {
  auto request = rules::open({.id = work_.new_id<domain::RequestId>(),
                              .passenger_id = caller.user,
                              .pickup = command.pickup.point(),
                              .destination = command.destination.point(),
                              .vehicle_type = command.vehicle_type},
                             rules_, now());
  if (!request) co_return rejected(request.error());
  // Before the transaction opens, as all calls of others.
  if (!co_await around_.rides.is_offered(request->vehicle_type, request->pickup, work_.trace())) {
    co_return rejected(Rejection::vehicle_not_offered);
  }
  const RequestRecord record{*request, command.pickup.label, command.destination.label, {}};
  auto own = co_await store_->lock_slot(caller.user);
  const bool as_driver = own && own->held_as && *own->held_as != HeldAs::passenger;
  if (as_driver) co_return rejected(Rejection::driver_busy);
  if (!co_await store_->insert(record)) co_return rejected(Rejection::request_already_open);
  if (own) {
    own->slot.held_by = request->id;
    co_await store_->hold(std::vector{own->slot}, HeldAs::passenger, now());
  }
  co_await tell(events::request_created, record);
  co_return request_view(record);
}

awaitable<Outcome<contracts::RequestView>> MatchUseCases::get_request(Caller caller,
                                                                      contracts::RequestRef ref) {
  const auto record = co_await store_->find(ref.request_id);
  const bool visible = record && record->request.passenger_id == caller.user;
  if (!visible) co_return rejected(Rejection::not_found);
  co_return request_view(*record);
}

awaitable<Outcome<contracts::RequestView>> MatchUseCases::cancel_request(
    Caller caller, contracts::RequestRef ref) {
  auto record = co_await store_->lock(ref.request_id);
  if (!record) co_return rejected(Rejection::not_found);
  auto cancelled = decide(record->request, caller.user, rules::CancelRequest{}, now());
  if (!cancelled) co_return rejected(cancelled.error());
  record->request = std::move(*cancelled);
  co_await end_search(*record);
  co_return request_view(*record);
}

awaitable<void> MatchUseCases::end_search(const RequestRecord& cancelled) {
  co_await store_->save(cancelled.request);
  co_await proposals_.withdraw(cancelled);
  co_await store_->release_all(cancelled.request.id, now());
  co_await tell(events::request_cancelled, cancelled);
}

awaitable<Outcome<contracts::ProposalView>> MatchUseCases::accept_proposal(
    Caller caller, contracts::ProposalRef ref) {
  auto asked = co_await lock_asked(ref.match_id);
  if (!asked) co_return rejected(Rejection::not_found);
  auto& [request, proposal] = *asked;
  auto match =
      decide(request.request, proposal.proposal, caller.user, rules::AcceptProposal{}, now());
  if (!match) co_return rejected(match.error());
  const auto driver = co_await store_->lock_slot(caller.user);
  const auto slot = hold(driver.value().slot, request.request);
  if (!slot) co_return rejected(Rejection::driver_busy);
  request.request = std::move(match->request);
  request.driver = driver->card;
  proposal.proposal = std::move(match->proposal);
  co_await store_->save(request.request);
  co_await proposals_.accept(request, proposal, *slot);
  co_await work_.announce(events::match_accepted, request.request.id,
                          acceptance(request, proposal));
  co_return exact_view(request, proposal);
}

awaitable<Outcome<contracts::ProposalView>> MatchUseCases::decline_proposal(
    Caller caller, contracts::ProposalRef ref) {
  auto asked = co_await lock_asked(ref.match_id);
  if (!asked) co_return rejected(Rejection::not_found);
  auto& [request, proposal] = *asked;
  auto declined =
      decide(request.request, proposal.proposal, caller.user, rules::DeclineProposal{}, now());
  if (!declined) co_return rejected(declined.error());
  proposal.proposal = std::move(*declined);
  co_await proposals_.close(request, {proposal});
  co_return veiled_view(request, proposal);
}

awaitable<Outcome<contracts::NearbyDrivers>> MatchUseCases::find_nearby_drivers(
    Caller caller, contracts::FindNearbyDrivers question) {
  const auto around = co_await around_.live_map.find_drivers(
      {.latitude = question.latitude,
       .longitude = question.longitude,
       .radius_m = around_.config.nearby_radius_m,
       .vehicle_type = question.vehicle_type,
       .limit = static_cast<int>(around_.config.candidates_max)},
      work_.trace());
  const auto free = co_await around_.free_drivers.among(ids_of(around.drivers));
  contracts::NearbyDrivers answer;
  for (const auto& driver : around.drivers) {
    const bool shown = free.contains(driver.driver_id) && driver.driver_id != caller.user;
    if (shown && answer.drivers.size() < nearby_drivers_max) {
      answer.drivers.push_back(anonymous(driver));
    }
  }
  co_return answer;
}

awaitable<void> MatchUseCases::note_driver(contracts::DriverChanged event) {
  const auto known = co_await store_->lock_slot_and_holder(event.driver.driver_id);
  co_await store_->save(event.driver, event.status, now());
  if (known && !check_may_drive(event.status)) co_await switch_off(*known);
}

awaitable<void> MatchUseCases::end_request(contracts::RideChanged event) {
  auto record = co_await store_->lock(event.ride.ride_id);
  if (!record) co_return;
  const auto closed = decide(record->request, rules::CloseRequest{});
  if (!closed) co_return;  // It has ended before.
  record->request = *closed;
  co_await store_->save(record->request);
  co_await store_->release_all(record->request.id, now());
  co_await tell(events::request_closed, *record);
}

awaitable<void> MatchUseCases::end_or_reopen_request(contracts::RideChanged event) {
  if (!cancelled_by_driver(event.ride)) co_return co_await end_request(std::move(event));
  auto record = co_await store_->lock(event.ride.ride_id);
  const bool drives = record && record->request.driver_id == event.ride.driver.driver_id;
  if (drives) co_await reopen(std::move(*record));
}

awaitable<void> MatchUseCases::refuse_request(contracts::RideRefused event) {
  auto record = co_await store_->lock(event.ride_id);
  if (!record || co_await store_->accepted_match(event.ride_id) != event.match_id) co_return;
  const auto refused = decide(record->request, rules::RefuseRequest{event.reason});
  if (!refused) co_return;  // It has ended before.
  record->request = *refused;
  record->driver = {};
  co_await store_->save(record->request);
  co_await store_->undo_acceptance(record->request.id, now());
  co_await store_->release_all(record->request.id, now());
  co_await tell(events::request_unfulfilled, *record);
}

awaitable<void> MatchUseCases::note_blocked(contracts::UserBlocked event) {
  co_await let_go(event.user_id);
}

awaitable<void> MatchUseCases::let_go(domain::UserId user) {
  for (const auto id : co_await store_->waiting_requests_of(user)) {
    co_await cancel_request(Caller{.user = user}, {.request_id = id});
  }
  const auto driver = co_await store_->lock_slot_and_holder(user);
  if (driver) co_await switch_off(*driver);
}

awaitable<void> MatchUseCases::reopen(RequestRecord record) {
  const auto reopened = decide(record.request, rules::Reopen{}, rules_, now());
  if (!reopened) co_return;  // It has ended before.
  const auto driver = *record.request.driver_id;
  record.request = *reopened;
  record.driver = {};
  co_await store_->save(record.request);
  co_await store_->undo_acceptance(record.request.id, now());
  co_await store_->release(record.request.id, std::vector{driver}, now());
  co_await tell(events::request_reopened, record);
}

awaitable<std::optional<MatchUseCases::Asked>> MatchUseCases::lock_asked(domain::MatchId id) {
  const auto known = co_await store_->find(id);
  if (!known) co_return std::nullopt;
  auto request = co_await store_->lock(known->proposal.request_id);
  auto proposal = co_await store_->find(id);
  co_return Asked{std::move(request).value(), std::move(proposal).value()};
}

awaitable<void> MatchUseCases::switch_off(const DriverRecord& driver) {
  co_await proposals_.withdraw_from(driver);
  co_await switch_beacon(driver, false);
}

awaitable<void> MatchUseCases::switch_beacon(const DriverRecord& driver, bool on) {
  if (driver.slot.beacon_on == on) co_return;
  co_await store_->set_beacon(driver.slot.driver_id, on, now());
  co_await work_.announce(events::beacon_changed, driver.slot.driver_id,
                          contracts::BeaconChanged{.driver_id = driver.slot.driver_id, .on = on});
}

awaitable<void> MatchUseCases::tell(const contracts::EventKind<contracts::RequestChanged>& kind,
                                    const RequestRecord& record) {
  const contracts::RequestChanged changed{.passenger_id = record.request.passenger_id,
                                          .request = request_view(record)};
  co_await work_.announce(kind, record.request.id, changed);
}

}  // namespace services::match
