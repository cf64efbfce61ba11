#pragma once

/// The life of a ride, from the accepted match to the paid fare. Everything that may happen to a
/// ride is decided here; what decides nothing about a ride is elsewhere.
///
/// Every decision asks in the same order, and the first "no" is the answer:
///   1. may the caller know of this ride?       not_found
///   2. may the caller's side do this at all?   wrong_role
///   3. does the state allow it?                illegal_transition
///   4. do the values hold?                     too_far, wrong_pin, too_early ...

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/instant.hpp"
#include "base/metres.hpp"
#include "base/money.hpp"
#include "domain/fare/fare.hpp"
#include "domain/geo/point.hpp"
#include "domain/geo/track.hpp"
#include "domain/ids.hpp"
#include "domain/rejection.hpp"
#include "domain/vehicle.hpp"

namespace domain::ride {

enum class RideState : std::uint8_t { matched, arrived, in_progress, completed, paid, cancelled };
BOOST_DESCRIBE_ENUM(RideState, matched, arrived, in_progress, completed, paid, cancelled)

enum class RideCommand : std::uint8_t {
  reassign,
  arrive,
  start,
  complete,
  complete_by_system,
  cancel_by_passenger,
  cancel_by_driver,
  cancel_by_system,
  report_no_show,
  finalize_fare,
  pay,
};
BOOST_DESCRIBE_ENUM(RideCommand, reassign, arrive, start, complete, complete_by_system,
                    cancel_by_passenger, cancel_by_driver, cancel_by_system, report_no_show,
                    finalize_fare, pay)

enum class RideEvent : std::uint8_t {
  matched,
  reassigned,
  driver_arrived,
  started,
  completed,
  fare_final,
  paid,
  cancelled,
};
BOOST_DESCRIBE_ENUM(RideEvent, matched, reassigned, driver_arrived, started, completed, fare_final,
                    paid, cancelled)

/// One legal step: `command` leads a ride in `from` to `to` and tells the world `event`.
struct Step {
  RideState from;
  RideCommand command;
  RideState to;
  RideEvent event;
};

/// Every legal step is one row; what has no row is refused with illegal_transition. A command that
/// already took effect has none either: answering a repetition alike is the business of whoever
/// keeps the answers.
inline constexpr auto steps = [] {
  using State = RideState;
  using Command = RideCommand;
  using Event = RideEvent;
  // clang-format off
  return std::to_array<Step>({
      {State::matched,     Command::reassign,            State::matched,     Event::reassigned},
      {State::matched,     Command::arrive,              State::arrived,     Event::driver_arrived},
      {State::matched,     Command::cancel_by_passenger, State::cancelled,   Event::cancelled},
      {State::matched,     Command::cancel_by_driver,    State::cancelled,   Event::cancelled},
      {State::matched,     Command::cancel_by_system,    State::cancelled,   Event::cancelled},
      {State::arrived,     Command::start,               State::in_progress, Event::started},
      {State::arrived,     Command::cancel_by_passenger, State::cancelled,   Event::cancelled},
      {State::arrived,     Command::cancel_by_driver,    State::cancelled,   Event::cancelled},
      {State::arrived,     Command::cancel_by_system,    State::cancelled,   Event::cancelled},
      {State::arrived,     Command::report_no_show,      State::cancelled,   Event::cancelled},
      {State::in_progress, Command::complete,            State::completed,   Event::completed},
      {State::in_progress, Command::complete_by_system,  State::completed,   Event::completed},
      {State::completed,   Command::finalize_fare,       State::completed,   Event::fare_final},
      {State::completed,   Command::pay,                 State::paid,        Event::paid},
  });
  // clang-format on
}();

/// The row of `command` in `from`, or null.
constexpr const Step* find_step(RideState from, RideCommand command) {
  for (const auto& step : steps) {
    if (step.from == from && step.command == command) return &step;
  }
  return nullptr;
}

enum class CancelledBy : std::uint8_t { passenger, driver, no_show, system };
BOOST_DESCRIBE_ENUM(CancelledBy, passenger, driver, no_show, system)

struct Cancellation {
  CancelledBy by = CancelledBy::system;
  std::string reason = {};
  base::Money fee = {};  ///< Owed by the passenger to the driver; zero when it was free.
  base::Instant at;

  friend bool operator==(const Cancellation&, const Cancellation&) = default;
};

struct Ride {
  RideId id;
  PassengerId passenger_id;
  DriverId driver_id;
  VehicleType vehicle_type = VehicleType::motorcycle;
  geo::Point pickup;
  geo::Point destination;
  fare::Tariff tariff;  ///< As booked: a later change of prices does not touch this ride.

  RideState state = RideState::matched;
  std::string pin;  ///< Four digits that only the passenger is shown.
  int pin_failures = 0;
  base::Instant matched_at;
  std::optional<base::Instant> arrived_at = {};
  std::optional<base::Instant> started_at = {};
  std::optional<base::Instant> completed_at = {};
  std::optional<base::Instant> paid_at = {};
  /// The trip is metered over the driver's positions in (start_sequence, end_sequence].
  std::optional<geo::Sequence> start_sequence = {};
  std::optional<geo::Sequence> end_sequence = {};
  fare::BasisPoints adjustment_bp = fare::whole_bp;
  std::optional<fare::Fare> fare = {};  ///< Absent until the fare is final.
  std::optional<Cancellation> cancellation = {};
  std::int64_t version = 1;  ///< Rises by one with every change.

  friend bool operator==(const Ride&, const Ride&) = default;
};

/// What is to be saved and told. `ride.version` is one above the version it was decided on; saving
/// must fail if the stored ride has moved on meanwhile.
struct RideChange {
  Ride ride;
  std::vector<RideEvent> events;
  /// A wrong PIN is counted, so it is a change; yet the caller is to be told this rejection once
  /// the change is saved. Empty in every other change.
  std::optional<Rejection> refusal = {};
};

/// A place where somebody was seen.
struct Sighting {
  geo::Point point;
  base::Instant at;
};

/// What the live map knows of both sides. A side that was not seen is absent.
struct Whereabouts {
  std::optional<Sighting> driver = {};
  std::optional<Sighting> passenger = {};
};

struct RideRules {
  base::Metres arrive_within{200};  ///< Of the pickup.
  base::Metres start_within{100};   ///< Of the passenger.
  base::Duration sighting_fresh_for = std::chrono::seconds{30};
  int pin_failures_max = 5;                                  ///< Further PINs are not looked at.
  base::Duration cancel_free_for = std::chrono::minutes{2};  ///< From the acceptance.
  base::Duration no_show_after = std::chrono::minutes{5};    ///< From the arrival.
  base::Money cancellation_fee{5'000, base::Currency::idr};  ///< Also for a no-show.
  std::size_t reason_size_max = 200;                         ///< Bytes.
};

/// A match that was accepted: what a ride begins with.
struct Booking {
  RideId id;
  PassengerId passenger_id;
  DriverId driver_id;
  VehicleType vehicle_type = VehicleType::motorcycle;
  geo::Point pickup;
  geo::Point destination;
  fare::Tariff tariff;
  std::string pin;
};

/// Begins the ride of a booking. `earlier` is the ride that bears the same id, if there is one: a
/// driver who cancels sends the request back to searching, and its next driver takes over the
/// ride's id and version. Any other earlier ride means the request was answered already:
/// already_matched. Nobody drives themselves: invalid_value.
Outcome<RideChange> begin(const Booking& booking, const std::optional<Ride>& earlier,
                          base::Instant now);

// Commands of the driver.

/// The driver stands at the pickup.
struct Arrive {};

/// The passenger is on board and has told the PIN; `sequence` is the phone's latest.
struct Start {
  std::string pin;
  geo::Sequence sequence = 0;
};

/// The trip has ended; `sequence` is the phone's last of the trip.
struct Complete {
  fare::BasisPoints adjustment_bp = fare::whole_bp;
  geo::Sequence sequence = 0;
};

/// The passenger did not come.
struct ReportNoShow {};

// Command of either side.

/// Free text, bounded, without control characters; may be empty.
struct Cancel {
  std::string reason;
};

// Commands of the system: no user can give them.

/// Another driver takes over before the pickup. Patience for a free cancellation starts anew.
struct Reassign {
  DriverId driver_id;
};

/// An operator ends a trip whose driver's phone fell silent; `sequence` is the last one metered.
struct CompleteBySystem {
  geo::Sequence sequence = 0;
};

struct CancelBySystem {
  std::string reason;
};

/// The meter has been read to its end.
struct FinalizeFare {
  base::Metres metres;
};

/// A payment of the final fare has settled.
struct Pay {};

/// Refuses with too_far unless the driver's fresh sighting lies within rules.arrive_within of the
/// pickup. Without `seen` (the live map is out of reach) the driver is believed.
Outcome<RideChange> decide(const Ride& ride, UserId by, const Arrive& command,
                           const std::optional<Whereabouts>& seen, const RideRules& rules,
                           base::Instant now);

/// Refuses with pin_locked after rules.pin_failures_max wrong PINs, and with too_far unless the
/// driver's fresh sighting lies within rules.start_within of the passenger's, or of the pickup when
/// the passenger was not freshly seen. Without `seen` the PIN alone decides. A wrong PIN is
/// counted: see RideChange::refusal.
Outcome<RideChange> decide(const Ride& ride, UserId by, const Start& command,
                           const std::optional<Whereabouts>& seen, const RideRules& rules,
                           base::Instant now);

/// Refuses an adjustment outside (0, 10,000] with adjustment_out_of_range and a sequence below the
/// start's with sequence_regressed.
Outcome<RideChange> decide(const Ride& ride, UserId by, const Complete& command,
                           const RideRules& rules, base::Instant now);

/// Refuses with too_early until rules.no_show_after has passed since the arrival. The passenger
/// owes the fee.
Outcome<RideChange> decide(const Ride& ride, UserId by, const ReportNoShow& command,
                           const RideRules& rules, base::Instant now);

/// The passenger owes the fee from rules.cancel_free_for after the acceptance on; a driver's
/// cancellation never costs the passenger. Refuses a bad reason with invalid_value.
Outcome<RideChange> decide(const Ride& ride, UserId by, const Cancel& command,
                           const RideRules& rules, base::Instant now);

/// Refuses the driver the ride already has, and the passenger, with invalid_value.
Outcome<RideChange> decide(const Ride& ride, const Reassign& command, base::Instant now);

/// Refuses with sequence_regressed like Complete; the fare is not adjusted.
Outcome<RideChange> decide(const Ride& ride, const CompleteBySystem& command, base::Instant now);

/// Free of charge. Refuses a bad reason with invalid_value.
Outcome<RideChange> decide(const Ride& ride, const CancelBySystem& command, const RideRules& rules,
                           base::Instant now);

/// Sets the fare once: a second time is illegal_transition.
Outcome<RideChange> decide(const Ride& ride, const FinalizeFare& command, base::Instant now);

/// Refuses with fare_not_final before FinalizeFare.
Outcome<RideChange> decide(const Ride& ride, const Pay& command, base::Instant now);

/// What the passenger owes for a cancellation by the passenger at `now`: to be shown before asking.
base::Money cancellation_fee_at(const Ride& ride, const RideRules& rules, base::Instant now);

}  // namespace domain::ride
