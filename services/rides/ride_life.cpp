#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/json/enums.hpp"
#include "contracts/snapshot.hpp"
#include "services/rides/announcements.hpp"
#include "services/rides/books.hpp"
#include "services/rides/use_cases.hpp"
#include "services/rides/views.hpp"

namespace services::rides {
namespace {

namespace ride = domain::ride;
using contracts::RideView;
using domain::rejected;
using domain::Rejection;

/// What an event asks for can't be done: it is parked, and in the end a person sees why.
[[noreturn]] void refuse_event(const std::string& what, Rejection why) {
  throw std::runtime_error{what + ": " + std::string{base::json::name_of(why)}};
}

std::optional<ride::Ride> ride_of(const std::optional<RideRecord>& record) {
  if (!record) return {};
  return record->ride;
}

std::string four_digits(std::uint32_t number) {
  const auto digits = std::to_string(number);
  return std::string(4 - digits.size(), '0') + digits;
}

std::optional<domain::fare::Tariff> tariff_in(const std::vector<domain::fare::Tariff>& offers,
                                              domain::VehicleType type) {
  const auto found = std::ranges::find(offers, type, &domain::fare::Tariff::vehicle_type);
  if (found == offers.end()) return {};
  return *found;
}

Doer doer_of(const Caller& caller, const ride::Ride& ride) {
  const auto* side = caller.user == ride.driver_id ? "driver:" : "passenger:";
  return {.name = side + caller.user.text()};
}

/// Of a factor in (0, 1] with at most four decimals; of any other 0, which every decision refuses.
domain::fare::BasisPoints basis_points(double factor) {
  constexpr double rounding_error = 1e-6;
  const double points = factor * domain::fare::whole_bp;
  const double whole = std::round(points);
  const bool exact = factor > 0 && factor <= 1 && std::abs(points - whole) < rounding_error;
  return exact ? static_cast<domain::fare::BasisPoints>(whole) : 0;
}

}  // namespace

awaitable<void> RideUseCases::begin(contracts::MatchAccepted accepted) {
  const auto earlier = co_await ports_.rides.lock(accepted.request_id);
  if (earlier && earlier->match_id == accepted.match_id) co_return;     // Told twice.
  if (co_await ports_.rides.was_refused(accepted.match_id)) co_return;  // Likewise.
  const auto booking = co_await booking_of(accepted);
  if (!booking) co_return co_await refuse(accepted);
  const auto change = ride::begin(*booking, ride_of(earlier), accepted.accepted_at);
  if (!change) refuse_event("the ride can't begin", change.error());
  const RideRecord record{.ride = change->ride,
                          .match_id = accepted.match_id,
                          .driver = accepted.driver,
                          .pickup_label = accepted.pickup.label,
                          .destination_label = accepted.destination.label,
                          .platform_fee_bp = config_.platform_fee_bp};
  co_await ports_.rides.book(record);
  co_await tell(record, change->events, {.name = "driver:" + record.driver.driver_id.text()});
}

awaitable<Outcome<RideView>> RideUseCases::arrive(Caller caller, contracts::RideRef command) {
  const auto seen = co_await whereabouts(command.ride_id);
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  co_return co_await carry_out(
      caller, *record,
      decide(record->ride, caller.user, ride::Arrive{}, seen, rules_, work_.now()));
}

awaitable<Outcome<RideView>> RideUseCases::start(Caller caller, contracts::StartRide command) {
  const auto seen = co_await whereabouts(command.ride_id);
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const ride::Start start{.pin = command.pin, .sequence = command.sequence};
  co_return co_await carry_out(caller, *record,
                               decide(record->ride, caller.user, start, seen, rules_, work_.now()));
}

awaitable<Outcome<RideView>> RideUseCases::complete(Caller caller,
                                                    contracts::CompleteRide command) {
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const ride::Complete complete{.adjustment_bp = basis_points(command.adjustment.value_or(1)),
                                .sequence = command.sequence};
  co_return co_await carry_out(caller, *record,
                               decide(record->ride, caller.user, complete, rules_, work_.now()));
}

awaitable<Outcome<RideView>> RideUseCases::cancel(Caller caller, contracts::CancelRide command) {
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const ride::Cancel cancel{.reason = command.reason.value_or("")};
  co_return co_await carry_out(caller, *record,
                               decide(record->ride, caller.user, cancel, rules_, work_.now()));
}

awaitable<Outcome<RideView>> RideUseCases::report_no_show(Caller caller,
                                                          contracts::RideRef command) {
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  co_return co_await carry_out(
      caller, *record,
      decide(record->ride, caller.user, ride::ReportNoShow{}, rules_, work_.now()));
}

awaitable<void> RideUseCases::finalize_fare(contracts::TripMetered metered) {
  const auto record = co_await ports_.rides.lock(metered.ride_id);
  if (!record) refuse_event("the fare can't be final", Rejection::not_found);
  if (record->ride.fare) co_return;  // Told twice.
  const auto change =
      decide(record->ride, ride::FinalizeFare{.metres = {metered.metres}}, work_.now());
  if (!change) refuse_event("the fare can't be final", change.error());
  co_await apply(*record, *change);
}

awaitable<void> RideUseCases::refuse(const contracts::MatchAccepted& accepted) {
  const contracts::RideRefused refused{
      .ride_id = accepted.request_id,
      .match_id = accepted.match_id,
      .driver_id = accepted.driver.driver_id,
      .reason = domain::match::UnfulfilledReason::vehicle_not_offered};
  co_await ports_.rides.refuse(accepted.request_id, accepted.match_id);
  co_await work_.announce(contracts::events::ride_refused, accepted.request_id, refused);
  co_await ports_.rides.note(accepted.request_id,
                             {.at = work_.now(),
                              .what = std::string{contracts::events::ride_refused.type},
                              .by = "system",
                              .note = std::string{base::json::name_of(refused.reason)}});
}

awaitable<std::optional<ride::Booking>> RideUseCases::booking_of(
    contracts::MatchAccepted accepted) {
  const auto offers = co_await ports_.prices.offers(
      accepted.pickup.point(), accepted.requested_at.value_or(accepted.accepted_at));
  const auto tariff = tariff_in(offers, accepted.driver.vehicle_type);
  if (!tariff) co_return std::nullopt;
  constexpr std::uint32_t pins = 10'000;
  co_return ride::Booking{.id = accepted.request_id,
                          .passenger_id = accepted.passenger_id,
                          .driver_id = accepted.driver.driver_id,
                          .vehicle_type = accepted.driver.vehicle_type,
                          .pickup = accepted.pickup.point(),
                          .destination = accepted.destination.point(),
                          .tariff = *tariff,
                          .pin = four_digits(work_.runtime().entropy().below(pins))};
}

awaitable<std::optional<ride::Whereabouts>> RideUseCases::whereabouts(domain::RideId id) {
  const auto record = co_await ports_.rides.find(id);
  if (!record) co_return std::nullopt;
  co_return co_await ports_.map.whereabouts(record->ride.driver_id, record->ride.passenger_id);
}

awaitable<Outcome<RideView>> RideUseCases::carry_out(Caller caller, RideRecord record,
                                                     Outcome<ride::RideChange> change) {
  if (!change) co_return rejected(change.error());
  const auto by = doer_of(caller, record.ride);
  const auto applied = co_await apply(std::move(record), *change, by);
  if (change->refusal) {
    work_.keep_refusal();
    co_return rejected(*change->refusal);
  }
  co_return contracts::as_seen_by(caller.user, view_of(applied));
}

awaitable<RideRecord> RideUseCases::apply(RideRecord record, ride::RideChange change, Doer by) {
  record.ride = std::move(change.ride);
  co_await ports_.rides.save(record.ride);
  if (record.ride.cancellation && !by.note) by.note = record.ride.cancellation->reason;
  co_await tell(record, change.events, std::move(by));
  co_return record;
}

awaitable<void> RideUseCases::tell(const RideRecord& record,
                                   const std::vector<ride::RideEvent>& events, Doer by) {
  for (const auto event : events) {
    const auto& kind = announcement_of(event);
    co_await ports_.ledger.post(record.ride.id.uuid, transfers_for(event, record));
    co_await announce(kind, record);
    co_await note(record, kind.type, by);
  }
}

awaitable<void> RideUseCases::announce(const RideEventKind& kind, const RideRecord& record,
                                       std::optional<domain::DriverId> previous_driver) {
  co_await work_.announce(kind, record.ride.id,
                          contracts::RideChanged{.ride = view_of(record),
                                                 .start_sequence = record.ride.start_sequence,
                                                 .end_sequence = record.ride.end_sequence,
                                                 .previous_driver_id = previous_driver});
}

awaitable<void> RideUseCases::note(const RideRecord& record, std::string_view what, Doer by) {
  if (by.note && by.note->empty()) by.note.reset();
  co_await ports_.rides.note(record.ride.id, {.at = work_.now(),
                                              .what = std::string{what},
                                              .by = std::move(by.name),
                                              .note = std::move(by.note)});
}

}  // namespace services::rides
