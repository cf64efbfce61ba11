#include "domain/ride/lifecycle.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "domain/ride/text.hpp"

namespace domain::ride {
namespace {

Outcome<RideChange> take_step(const Ride& ride, RideCommand command) {
  const auto* step = find_step(ride.state, command);
  if (step == nullptr) return rejected(Rejection::illegal_transition);
  RideChange change{.ride = ride, .events = {step->event}};
  change.ride.state = step->to;
  ++change.ride.version;
  return change;
}

bool takes_part(const Ride& ride, UserId user) {
  return user == ride.passenger_id || user == ride.driver_id;
}

Outcome<RideChange> take_driver_step(const Ride& ride, UserId by, RideCommand command) {
  if (!takes_part(ride, by)) return rejected(Rejection::not_found);
  if (by != ride.driver_id) return rejected(Rejection::wrong_role);
  return take_step(ride, command);
}

bool is_near(const std::optional<Sighting>& driver, geo::Point place, base::Metres within) {
  return driver && geo::distance(driver->point, place) <= within;
}

std::optional<Sighting> if_fresh(const std::optional<Sighting>& sighting, const RideRules& rules,
                                 base::Instant now) {
  const bool fresh = sighting && now - sighting->at <= rules.sighting_fresh_for;
  return fresh ? sighting : std::nullopt;
}

bool is_pin(const std::string& text) {
  return text.size() == 4 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

RideChange count_wrong_pin(const Ride& ride) {
  RideChange change{.ride = ride, .events = {}, .refusal = Rejection::wrong_pin};
  ++change.ride.pin_failures;
  ++change.ride.version;
  return change;
}

base::Money no_fee(const RideRules& rules) { return {0, rules.cancellation_fee.currency}; }

Outcome<RideChange> end_trip(Outcome<RideChange> change, geo::Sequence sequence,
                             base::Instant now) {
  if (!change) return change;
  if (sequence < change->ride.start_sequence) return rejected(Rejection::sequence_regressed);
  change->ride.end_sequence = sequence;
  change->ride.completed_at = now;
  return change;
}

Outcome<RideChange> cancel(Outcome<RideChange> change, Cancellation cancellation,
                           const RideRules& rules) {
  if (!change) return change;
  if (!is_plain_text(cancellation.reason, rules.reason_size_max)) {
    return rejected(Rejection::invalid_value);
  }
  change->ride.cancellation = std::move(cancellation);
  return change;
}

base::Duration trip_duration(const Ride& ride) {
  NEBENGJEK_ASSERT(ride.started_at && ride.completed_at);
  return std::max(*ride.completed_at - *ride.started_at, base::Duration::zero());
}

}  // namespace

Outcome<RideChange> begin(const Booking& booking, const std::optional<Ride>& earlier,
                          base::Instant now) {
  NEBENGJEK_ASSERT(is_pin(booking.pin));
  if (booking.passenger_id == booking.driver_id) return rejected(Rejection::invalid_value);
  const bool given_back = earlier && earlier->state == RideState::cancelled &&
                          earlier->cancellation->by == CancelledBy::driver;
  if (earlier && !given_back) return rejected(Rejection::already_matched);
  Ride ride{.id = booking.id,
            .passenger_id = booking.passenger_id,
            .driver_id = booking.driver_id,
            .vehicle_type = booking.vehicle_type,
            .pickup = booking.pickup,
            .destination = booking.destination,
            .tariff = booking.tariff,
            .pin = booking.pin,
            .matched_at = now};
  if (earlier) ride.version = earlier->version + 1;
  return RideChange{.ride = std::move(ride), .events = {RideEvent::matched}};
}

Outcome<RideChange> decide(const Ride& ride, UserId by, const Arrive&,
                           const std::optional<Whereabouts>& seen, const RideRules& rules,
                           base::Instant now) {
  auto change = take_driver_step(ride, by, RideCommand::arrive);
  if (!change) return change;
  if (seen && !is_near(if_fresh(seen->driver, rules, now), ride.pickup, rules.arrive_within)) {
    return rejected(Rejection::too_far);
  }
  change->ride.arrived_at = now;
  return change;
}

Outcome<RideChange> decide(const Ride& ride, UserId by, const Start& command,
                           const std::optional<Whereabouts>& seen, const RideRules& rules,
                           base::Instant now) {
  auto change = take_driver_step(ride, by, RideCommand::start);
  if (!change) return change;
  if (ride.pin_failures >= rules.pin_failures_max) return rejected(Rejection::pin_locked);
  if (seen) {
    const auto passenger = if_fresh(seen->passenger, rules, now);
    const auto meeting_point = passenger ? passenger->point : ride.pickup;
    if (!is_near(if_fresh(seen->driver, rules, now), meeting_point, rules.start_within)) {
      return rejected(Rejection::too_far);
    }
  }
  if (command.pin != ride.pin) return count_wrong_pin(ride);
  change->ride.started_at = now;
  change->ride.start_sequence = command.sequence;
  return change;
}

Outcome<RideChange> decide(const Ride& ride, UserId by, const Complete& command, const RideRules&,
                           base::Instant now) {
  auto change = take_driver_step(ride, by, RideCommand::complete);
  if (!change) return change;
  if (auto allowed = fare::check_adjustment(command.adjustment_bp); !allowed) {
    return rejected(allowed.error());
  }
  change->ride.adjustment_bp = command.adjustment_bp;
  return end_trip(std::move(change), command.sequence, now);
}

Outcome<RideChange> decide(const Ride& ride, UserId by, const ReportNoShow&, const RideRules& rules,
                           base::Instant now) {
  auto change = take_driver_step(ride, by, RideCommand::report_no_show);
  if (!change) return change;
  if (now < *ride.arrived_at + rules.no_show_after) return rejected(Rejection::too_early);
  return cancel(std::move(change), {CancelledBy::no_show, "", rules.cancellation_fee, now}, rules);
}

Outcome<RideChange> decide(const Ride& ride, UserId by, const Cancel& command,
                           const RideRules& rules, base::Instant now) {
  if (!takes_part(ride, by)) return rejected(Rejection::not_found);
  if (by == ride.driver_id) {
    return cancel(take_step(ride, RideCommand::cancel_by_driver),
                  {CancelledBy::driver, command.reason, no_fee(rules), now}, rules);
  }
  return cancel(
      take_step(ride, RideCommand::cancel_by_passenger),
      {CancelledBy::passenger, command.reason, cancellation_fee_at(ride, rules, now), now}, rules);
}

Outcome<RideChange> decide(const Ride& ride, const Reassign& command, base::Instant now) {
  auto change = take_step(ride, RideCommand::reassign);
  if (!change) return change;
  if (takes_part(ride, command.driver_id)) return rejected(Rejection::invalid_value);
  change->ride.driver_id = command.driver_id;
  change->ride.matched_at = now;
  return change;
}

Outcome<RideChange> decide(const Ride& ride, const CompleteBySystem& command, base::Instant now) {
  return end_trip(take_step(ride, RideCommand::complete_by_system), command.sequence, now);
}

Outcome<RideChange> decide(const Ride& ride, const CancelBySystem& command, const RideRules& rules,
                           base::Instant now) {
  return cancel(take_step(ride, RideCommand::cancel_by_system),
                {CancelledBy::system, command.reason, no_fee(rules), now}, rules);
}

Outcome<RideChange> decide(const Ride& ride, const FinalizeFare& command, base::Instant) {
  auto change = take_step(ride, RideCommand::finalize_fare);
  if (!change) return change;
  if (ride.fare) return rejected(Rejection::illegal_transition);
  change->ride.fare =
      fare::final_fare(ride.tariff, command.metres, trip_duration(ride), ride.adjustment_bp);
  return change;
}

Outcome<RideChange> decide(const Ride& ride, const Pay&, base::Instant now) {
  auto change = take_step(ride, RideCommand::pay);
  if (!change) return change;
  if (!ride.fare) return rejected(Rejection::fare_not_final);
  change->ride.paid_at = now;
  return change;
}

base::Money cancellation_fee_at(const Ride& ride, const RideRules& rules, base::Instant now) {
  return now < ride.matched_at + rules.cancel_free_for ? no_fee(rules) : rules.cancellation_fee;
}

}  // namespace domain::ride
