#include "domain/ride/lifecycle.hpp"

#include <cmath>
#include <set>
#include <tuple>

#include <boost/describe/enum_to_string.hpp>
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace domain::ride {
namespace {

using namespace std::chrono_literals;
using tests::support::id_of;
using tests::support::Scenario;
using tests::support::Words;

constexpr auto matched_at = base::from_unix_ms(1'700'000'000'000);
constexpr geo::Point pickup{-6.2, 106.8};
constexpr geo::Sequence start_sequence = 100;
const Words user_commands{"arrive", "start", "complete", "report_no_show", "cancel"};
const Words system_commands{"reassign", "complete_by_system", "cancel_by_system", "finalize_fare",
                            "pay"};

const auto passenger = id_of<UserId>(1);
const auto driver = id_of<UserId>(2);
const auto another = id_of<UserId>(3);
const auto stranger = id_of<UserId>(4);

UserId user(const std::string& name) {
  if (name == "passenger") return passenger;
  if (name == "driver") return driver;
  return name == "another" ? another : stranger;
}

geo::Point north_of_pickup(double metres) {
  return {pickup.latitude + metres / 111'195.08, pickup.longitude};
}

fare::BasisPoints to_bp(const std::string& factor) {
  return static_cast<fare::BasisPoints>(std::lround(tests::support::to_number(factor) * 10'000));
}

Booking booking() {
  return {.id = id_of<RideId>(9),
          .passenger_id = passenger,
          .driver_id = driver,
          .pickup = pickup,
          .destination = north_of_pickup(5'000),
          .tariff = {},
          .pin = "0427"};
}

/// A ride that went the straight way to `state`, each state a minute after the one before.
Ride ride_in(RideState state) {
  auto ride = begin(booking(), {}, matched_at)->ride;
  ride.state = state;
  if (state == RideState::cancelled) {
    ride.cancellation = Cancellation{.by = CancelledBy::driver, .at = matched_at + 1min};
    return ride;
  }
  if (state >= RideState::arrived) ride.arrived_at = matched_at + 1min;
  if (state >= RideState::in_progress) {
    ride.started_at = matched_at + 2min;
    ride.start_sequence = start_sequence;
  }
  if (state >= RideState::completed) {
    ride.completed_at = matched_at + 3min;
    ride.end_sequence = 200;
  }
  if (state >= RideState::paid) ride.paid_at = matched_at + 4min;
  return ride;
}

base::Instant entered_at(const Ride& ride) {
  switch (ride.state) {
    case RideState::matched: return ride.matched_at;
    case RideState::arrived: return *ride.arrived_at;
    case RideState::in_progress: return *ride.started_at;
    case RideState::completed: return *ride.completed_at;
    case RideState::paid: return *ride.paid_at;
    case RideState::cancelled: return ride.cancellation->at;
  }
  return {};
}

Ride ride_for(const Scenario& scenario, RideState state) {
  auto ride = ride_in(state);
  ride.pin_failures = static_cast<int>(tests::support::to_integer(scenario.value("failures", "0")));
  ride.adjustment_bp = to_bp(scenario.value("adjusted", "1"));
  if (scenario.value("fare") == "final") ride.fare = fare::quote(ride.tariff, {4'000}, 1min);
  return ride;
}

std::optional<Sighting> sighting(const std::string& text, base::Instant now) {
  if (text == "unseen") return {};
  if (text == "recent") return Sighting{pickup, now - 30s};
  if (text == "stale") return Sighting{pickup, now - 31s};
  return Sighting{north_of_pickup(tests::support::to_number(text)), now - 5s};
}

std::optional<Whereabouts> seen_in(const Scenario& scenario, base::Instant now) {
  if (scenario.value("map") == "down") return {};
  return Whereabouts{.driver = sighting(scenario.value("driver", "0m"), now),
                     .passenger = sighting(scenario.value("passenger", "unseen"), now)};
}

std::string reason_in(const Scenario& scenario) {
  if (scenario.value("reason") == "control") return "a\tb";
  return std::string(tests::support::to_integer(scenario.value("reason_size", "5")), 'x');
}

Outcome<RideChange> run(const Scenario& scenario, const Ride& ride, const std::string& by,
                        const std::string& command) {
  const RideRules rules;
  const auto now = entered_at(ride) + tests::support::to_duration(scenario.value("after", "10s"));
  const auto seen = seen_in(scenario, now);
  const auto sequence = tests::support::to_integer(scenario.value("sequence", "200"));
  const auto adjustment = to_bp(scenario.value("adjust", "1"));
  const auto pin = scenario.value("pin", "right") == "right" ? "0427" : "1234";
  const base::Metres metres{tests::support::to_number(scenario.value("metres", "1000"))};

  if (command == "arrive") return decide(ride, user(by), Arrive{}, seen, rules, now);
  if (command == "start") return decide(ride, user(by), Start{pin, sequence}, seen, rules, now);
  if (command == "complete") {
    return decide(ride, user(by), Complete{adjustment, sequence}, rules, now);
  }
  if (command == "report_no_show") return decide(ride, user(by), ReportNoShow{}, rules, now);
  if (command == "cancel") {
    return decide(ride, user(by), Cancel{reason_in(scenario)}, rules, now);
  }
  if (command == "reassign") return decide(ride, Reassign{user(scenario.value("to"))}, now);
  if (command == "complete_by_system") return decide(ride, CompleteBySystem{sequence}, now);
  if (command == "cancel_by_system") {
    return decide(ride, CancelBySystem{reason_in(scenario)}, rules, now);
  }
  if (command == "finalize_fare") return decide(ride, FinalizeFare{metres}, now);
  if (command == "pay") return decide(ride, Pay{}, now);
  throw std::runtime_error{"no such command: " + command};
}

void expect_values(const Scenario& scenario, const Ride& ride) {
  if (const auto fee = scenario.expected_value("fee")) {
    EXPECT_EQ(ride.cancellation.value().fee.amount, tests::support::to_integer(*fee));
  }
  if (const auto by = scenario.expected_value("by")) {
    EXPECT_EQ(ride.cancellation.value().by, tests::support::to_enum<CancelledBy>(*by));
  }
  if (const auto total = scenario.expected_value("total")) {
    EXPECT_EQ(ride.fare.value().total.amount, tests::support::to_integer(*total));
  }
  if (const auto failures = scenario.expected_value("failures")) {
    EXPECT_EQ(ride.pin_failures, tests::support::to_integer(*failures));
  }
}

void expect_outcome(const Scenario& scenario, const Ride& before,
                    const Outcome<RideChange>& outcome) {
  const auto& words = scenario.expected;
  const auto state = tests::support::find_enum<RideState>(words.at(0));
  if (!state) {
    const auto why = tests::support::to_enum<Rejection>(words.at(0));
    EXPECT_EQ(outcome ? outcome->refusal : outcome.error(), why);
    if (!outcome) return;
    EXPECT_EQ(outcome->ride.state, before.state);
  } else {
    ASSERT_TRUE(outcome.has_value()) << boost::describe::enum_to_string(outcome.error(), "");
    EXPECT_EQ(outcome->ride.state, *state);
    EXPECT_FALSE(outcome->refusal);
    ASSERT_EQ(outcome->events.size(), 1);
    EXPECT_EQ(outcome->events[0], tests::support::to_enum<RideEvent>(words.at(1)));
  }
  EXPECT_EQ(outcome->ride.version, before.version + 1);
  EXPECT_EQ(outcome->ride.passenger_id, before.passenger_id);
  expect_values(scenario, outcome->ride);
}

using Combination = std::tuple<std::string, std::string, std::string>;

/// All (state, who, command) that a row speaks for.
std::vector<Combination> combinations(const Scenario& scenario) {
  std::vector<Combination> found;
  const auto& words = scenario.given;
  for (const auto& state :
       tests::support::alternatives(words.at(0), tests::support::names_of<RideState>())) {
    for (const auto& by : tests::support::alternatives(words.at(1), {})) {
      const auto& all = by == "system" ? system_commands : user_commands;
      for (const auto& command : tests::support::alternatives(words.at(2), all)) {
        found.emplace_back(state, by, command);
      }
    }
  }
  return found;
}

std::vector<Scenario> scenarios() {
  return tests::support::read_scenarios("tests/scenarios/ride_lifecycle.txt");
}

TEST(RideLifecycle, FollowsTheTable) {
  for (const auto& scenario : scenarios()) {
    SCOPED_TRACE(scenario.where);
    for (const auto& [state, by, command] : combinations(scenario)) {
      SCOPED_TRACE(state + ' ' + by + ' ' + command);
      const auto ride = ride_for(scenario, tests::support::to_enum<RideState>(state));
      expect_outcome(scenario, ride, run(scenario, ride, by, command));
    }
  }
}

TEST(RideLifecycle, TableSpeaksOfEveryCombination) {
  std::set<Combination> missing;
  for (const auto& state : tests::support::names_of<RideState>()) {
    for (const auto* by : {"passenger", "driver", "stranger"}) {
      for (const auto& command : user_commands) missing.emplace(state, by, command);
    }
    for (const auto& command : system_commands) missing.emplace(state, "system", command);
  }
  for (const auto& scenario : scenarios()) {
    for (const auto& combination : combinations(scenario)) missing.erase(combination);
  }
  for (const auto& [state, by, command] : missing) {
    ADD_FAILURE() << "no row for: " << state << ' ' << by << ' ' << command;
  }
}

/// The step's own name for what a user calls just "cancel".
std::string step_name(const std::string& by, const std::string& command) {
  return command == "cancel" ? "cancel_by_" + by : command;
}

TEST(RideLifecycle, EveryStepIsSeenAndNoOther) {
  std::set<std::pair<RideState, RideCommand>> seen;
  for (const auto& scenario : scenarios()) {
    if (!tests::support::find_enum<RideState>(scenario.expected.at(0))) continue;
    for (const auto& [state, by, command] : combinations(scenario)) {
      seen.emplace(tests::support::to_enum<RideState>(state),
                   tests::support::to_enum<RideCommand>(step_name(by, command)));
    }
  }
  std::set<std::pair<RideState, RideCommand>> legal;
  for (const auto& step : steps) legal.emplace(step.from, step.command);
  EXPECT_EQ(seen, legal);
}

TEST(RideLifecycle, BeginsMatched) {
  const auto change = begin(booking(), {}, matched_at);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->ride.state, RideState::matched);
  EXPECT_EQ(change->ride.version, 1);
  EXPECT_EQ(change->events, std::vector{RideEvent::matched});
}

TEST(RideLifecycle, NobodyDrivesThemselves) {
  auto own = booking();
  own.driver_id = own.passenger_id;
  EXPECT_EQ(begin(own, {}, matched_at).error(), Rejection::invalid_value);
}

TEST(RideLifecycle, NextDriverTakesOverWhatADriverCancelled) {
  const auto earlier = ride_in(RideState::cancelled);
  const auto change = begin(booking(), earlier, matched_at + 5min);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->ride.state, RideState::matched);
  EXPECT_EQ(change->ride.version, earlier.version + 1);
  EXPECT_FALSE(change->ride.cancellation);
}

TEST(RideLifecycle, NothingElseBeginsTwice) {
  for (const auto& step : steps) {
    if (step.to == RideState::cancelled) continue;
    EXPECT_EQ(begin(booking(), ride_in(step.to), matched_at).error(), Rejection::already_matched);
  }
  auto cancelled = ride_in(RideState::cancelled);
  for (const auto by : {CancelledBy::passenger, CancelledBy::no_show, CancelledBy::system}) {
    cancelled.cancellation->by = by;
    EXPECT_EQ(begin(booking(), cancelled, matched_at).error(), Rejection::already_matched);
  }
}

TEST(RideLifecycle, FormerDriverIsAStranger) {
  const auto reassigned = decide(ride_in(RideState::matched), Reassign{another}, matched_at + 1min);
  ASSERT_TRUE(reassigned);
  const auto& ride = reassigned->ride;
  const RideRules rules;
  EXPECT_EQ(decide(ride, driver, Arrive{}, {}, rules, matched_at + 2min).error(),
            Rejection::not_found);
  EXPECT_TRUE(decide(ride, another, Arrive{}, {}, rules, matched_at + 2min));
  EXPECT_EQ(cancellation_fee_at(ride, rules, matched_at + 2min).amount, 0);
}

TEST(RideLifecycle, StepsAreRemembered) {
  const RideRules rules;
  auto ride = ride_in(RideState::matched);
  ride = decide(ride, driver, Arrive{}, {}, rules, matched_at + 1min)->ride;
  ride = decide(ride, driver, Start{"0427", 17}, {}, rules, matched_at + 2min)->ride;
  ride = decide(ride, driver, Complete{9'000, 42}, rules, matched_at + 12min)->ride;
  ride = decide(ride, FinalizeFare{{4'000}}, matched_at + 13min)->ride;
  ride = decide(ride, Pay{}, matched_at + 14min)->ride;
  EXPECT_EQ(ride.arrived_at, matched_at + 1min);
  EXPECT_EQ(ride.started_at, matched_at + 2min);
  EXPECT_EQ(ride.completed_at, matched_at + 12min);
  EXPECT_EQ(ride.paid_at, matched_at + 14min);
  EXPECT_EQ(ride.start_sequence, 17);
  EXPECT_EQ(ride.end_sequence, 42);
  EXPECT_EQ(ride.fare->duration, 10min);
  EXPECT_EQ(ride.fare->total, (base::Money{10'800, base::Currency::idr}));
  EXPECT_EQ(ride.version, 6);
}

}  // namespace
}  // namespace domain::ride
