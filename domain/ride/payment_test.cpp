#include "domain/ride/payment.hpp"

#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace domain::ride {
namespace {

using namespace std::chrono_literals;
using tests::support::id_of;
using tests::support::Scenario;
using tests::support::Words;

constexpr auto now = base::from_unix_ms(1'700'000'000'000);
const auto passenger = id_of<UserId>(1);
const auto driver = id_of<UserId>(2);
const auto stranger = id_of<UserId>(3);
const Words rides{"matched",   "arrived", "in_progress", "unpriced",
                  "completed", "paid",    "cancelled"};
const Words payments{"none", "pending", "settled", "failed"};
const Words user_commands{"request", "confirm_cash"};
const Words system_commands{"settle", "fail"};

UserId user(const std::string& name) {
  if (name == "passenger") return passenger;
  return name == "driver" ? driver : stranger;
}

Ride ride_in(const std::string& name) {
  Ride ride{.id = id_of<RideId>(9),
            .passenger_id = passenger,
            .driver_id = driver,
            .pickup = {},
            .destination = {},
            .tariff = {},
            .pin = "0427",
            .matched_at = now - 1h};
  ride.state = tests::support::to_enum<RideState>(name == "unpriced" ? "completed" : name);
  const bool is_priced = name == "completed" || name == "paid";
  if (is_priced) ride.fare = fare::quote(ride.tariff, {4'000}, 10min);
  return ride;
}

std::optional<Payment> payment_in(const std::string& name, const Scenario& scenario) {
  if (name == "none") return {};
  const auto method = scenario.value("method", "gateway");
  return Payment{.id = id_of<PaymentId>(7),
                 .ride_id = id_of<RideId>(9),
                 .method = tests::support::to_enum<PaymentMethod>(method),
                 .amount = {12'000, base::Currency::idr},
                 .state = tests::support::to_enum<PaymentState>(name),
                 .requested_at = now - 1min};
}

Outcome<PaymentChange> run(const Scenario& scenario, const std::string& ride,
                           const std::optional<Payment>& payment, const std::string& by,
                           const std::string& command) {
  const auto id = id_of<PaymentId>(7);
  if (command == "request") {
    return decide(ride_in(ride), payment, user(by), RequestPayment{id, PaymentMethod::gateway},
                  now);
  }
  if (command == "confirm_cash") {
    return decide(ride_in(ride), payment, user(by), ConfirmCash{id}, now);
  }
  const auto attempt =
      static_cast<std::int32_t>(tests::support::to_integer(scenario.value("attempt", "1")));
  if (command == "settle") return decide(payment.value(), SettlePayment{attempt}, now);
  return decide(payment.value(), FailPayment{attempt}, now);
}

void expect_outcome(const Scenario& scenario, const std::optional<Payment>& before,
                    const Outcome<PaymentChange>& outcome) {
  const auto& words = scenario.expected;
  const auto state = tests::support::find_enum<PaymentState>(words.at(0));
  if (!state) {
    EXPECT_EQ(outcome.error(), tests::support::to_enum<Rejection>(words.at(0)));
    return;
  }
  ASSERT_TRUE(outcome);
  const auto& payment = outcome->payment;
  EXPECT_EQ(payment.state, *state);
  EXPECT_EQ(payment.settled_at.has_value(), *state == PaymentState::settled);
  EXPECT_EQ(outcome->event, tests::support::to_enum<PaymentEvent>(words.at(1)));
  EXPECT_EQ(payment.id, id_of<PaymentId>(7));
  EXPECT_EQ(payment.version, before ? before->version + 1 : 1);
  if (const auto attempt = scenario.expected_value("attempt")) {
    EXPECT_EQ(payment.attempt, tests::support::to_integer(*attempt));
  }
  if (const auto amount = scenario.expected_value("amount")) {
    EXPECT_EQ(payment.amount.amount, tests::support::to_integer(*amount));
  }
  if (const auto method = scenario.expected_value("method")) {
    EXPECT_EQ(payment.method, tests::support::to_enum<PaymentMethod>(*method));
  }
}

using Combination = std::tuple<std::string, std::string, std::string, std::string>;

/// All (ride, payment, who, command) that a row speaks for.
std::vector<Combination> combinations(const Scenario& scenario) {
  std::vector<Combination> found;
  const auto& words = scenario.given;
  for (const auto& ride : tests::support::alternatives(words.at(0), rides)) {
    for (const auto& payment : tests::support::alternatives(words.at(1), payments)) {
      const auto& all = words.at(2) == "system" ? system_commands : user_commands;
      for (const auto& command : tests::support::alternatives(words.at(3), all)) {
        found.emplace_back(ride, payment, words.at(2), command);
      }
    }
  }
  return found;
}

std::vector<Scenario> scenarios() {
  return tests::support::read_scenarios("tests/scenarios/payment.txt");
}

TEST(Payment, FollowsTheTable) {
  for (const auto& scenario : scenarios()) {
    SCOPED_TRACE(scenario.where);
    for (const auto& [ride, name, by, command] : combinations(scenario)) {
      SCOPED_TRACE(ride + ' ' + name + ' ' + by + ' ' + command);
      const auto payment = payment_in(name, scenario);
      expect_outcome(scenario, payment, run(scenario, ride, payment, by, command));
    }
  }
}

TEST(Payment, TableSpeaksOfEveryCombination) {
  std::set<Combination> missing;
  for (const auto& ride : rides) {
    for (const auto& payment : payments) {
      for (const auto& command : user_commands) {
        for (const auto* by : {"passenger", "driver", "stranger"}) {
          missing.emplace(ride, payment, by, command);
        }
      }
      if (payment == "none") continue;
      for (const auto& command : system_commands) missing.emplace(ride, payment, "system", command);
    }
  }
  for (const auto& scenario : scenarios()) {
    for (const auto& combination : combinations(scenario)) missing.erase(combination);
  }
  for (const auto& [ride, payment, by, command] : missing) {
    ADD_FAILURE() << "no row for: " << ride << ' ' << payment << ' ' << by << ' ' << command;
  }
}

TEST(Payment, EveryStepIsSeenAndNoOther) {
  using FromAndCommand = std::pair<std::optional<PaymentState>, PaymentCommand>;
  std::set<FromAndCommand> seen;
  for (const auto& scenario : scenarios()) {
    if (!tests::support::find_enum<PaymentState>(scenario.expected.at(0))) continue;
    for (const auto& [ride, payment, by, command] : combinations(scenario)) {
      seen.emplace(tests::support::find_enum<PaymentState>(payment),
                   tests::support::to_enum<PaymentCommand>(command));
    }
  }
  std::set<FromAndCommand> legal;
  for (const auto& step : payment_steps) legal.emplace(step.from, step.command);
  EXPECT_EQ(seen, legal);
}

TEST(Payment, RetryMayChangeTheMethod) {
  const Scenario nothing;
  const auto failed = payment_in("failed", nothing);
  const auto retried = decide(ride_in("completed"), failed, passenger,
                              RequestPayment{id_of<PaymentId>(8), PaymentMethod::wallet}, now);
  ASSERT_TRUE(retried);
  EXPECT_EQ(retried->payment.method, PaymentMethod::wallet);
  EXPECT_EQ(retried->payment.id, failed->id);
  EXPECT_EQ(retried->payment.requested_at, now);
}

}  // namespace
}  // namespace domain::ride
