#include "domain/fare/fare.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/scenario.hpp"

namespace domain::fare {
namespace {

using namespace std::chrono_literals;
using tests::support::Scenario;
using tests::support::to_integer;
using tests::support::to_number;

Tariff tariff_in(const Scenario& scenario) {
  return {.base = to_integer(scenario.value("base", "0")),
          .per_km = to_integer(scenario.value("per_km", "3000")),
          .per_minute = to_integer(scenario.value("per_minute", "0")),
          .minimum = to_integer(scenario.value("minimum", "5000"))};
}

Fare fare_in(const Scenario& scenario) {
  const std::chrono::duration<double> seconds{to_number(scenario.value("seconds", "0"))};
  const auto adjustment = std::lround(to_number(scenario.value("adjust", "1")) * whole_bp);
  return final_fare(tariff_in(scenario), {to_number(scenario.value("metres", "0"))},
                    std::chrono::duration_cast<base::Duration>(seconds),
                    static_cast<BasisPoints>(adjustment));
}

TEST(Fare, FollowsTheTable) {
  for (const auto& scenario : tests::support::read_scenarios("tests/scenarios/fares.txt")) {
    SCOPED_TRACE(scenario.where);
    const auto fare = fare_in(scenario);
    const auto fee_bp = static_cast<BasisPoints>(to_integer(scenario.value("fee_bp", "500")));
    const std::pair<const char*, base::Money> parts[] = {
        {"base", fare.base},
        {"distance", fare.distance},
        {"time", fare.time},
        {"top_up", fare.minimum_top_up},
        {"adjustment", fare.adjustment},
        {"total", fare.total},
        {"fee", platform_fee(fare.total, fee_bp)},
    };
    for (const auto& [name, money] : parts) {
      if (const auto expected = scenario.expected_value(name)) {
        EXPECT_EQ(money.amount, to_integer(*expected)) << name;
      }
    }
  }
}

TEST(Fare, IsInTheCurrencyOfTheTariff) {
  const Tariff tariff{.currency = base::Currency::usd, .per_km = 120, .minimum = 300};
  EXPECT_EQ(quote(tariff, {10'000}, 0s).total, (base::Money{1'200, base::Currency::usd}));
}

TEST(Fare, ChecksTariffs) {
  EXPECT_TRUE(check(Tariff{}));
  EXPECT_EQ(check({.base = -1}).error(), Rejection::invalid_value);
  EXPECT_EQ(check({.per_km = 1'000'000'000'001}).error(), Rejection::invalid_value);
}

TEST(Fare, EstimatesTheRoadNotTheLine) {
  const geo::Point pickup{-6.2, 106.8};
  const geo::Point destination{-6.2 + 10'000 / 111'195.08, 106.8};
  const auto fare = estimate({.per_minute = 100}, pickup, destination, {});
  EXPECT_NEAR(fare.metres.value, 13'000, 1);
  EXPECT_NEAR(static_cast<double>(fare.duration / 1s), 13.0 / 25 * 3600, 2);
  EXPECT_NEAR(static_cast<double>(fare.distance.amount), 39'000, 5);
  EXPECT_NEAR(static_cast<double>(fare.time.amount), 3'120, 5);
}

Tariff any_tariff() {
  const auto price = rc::gen::inRange<std::int64_t>(0, 1'000'000);
  return {.base = *price, .per_km = *price, .per_minute = *price, .minimum = *price};
}

base::Metres any_metres() { return {*rc::gen::inRange(0, 1'000'000) / 10.0}; }
base::Duration any_duration() { return std::chrono::seconds{*rc::gen::inRange(0, 100'000)}; }

RC_GTEST_PROP(FareProperty, PartsAddUp, ()) {
  const auto adjustment = *rc::gen::inRange<BasisPoints>(1, whole_bp + 1);
  const auto fare = final_fare(any_tariff(), any_metres(), any_duration(), adjustment);
  RC_ASSERT(fare.base + fare.distance + fare.time + fare.minimum_top_up + fare.adjustment ==
            fare.total);
  RC_ASSERT(fare.adjustment.amount <= 0);
  RC_ASSERT(fare.total.amount >= 0);
}

RC_GTEST_PROP(FareProperty, RisesWithLengthAndTimeAndAdjustment, ()) {
  const auto tariff = any_tariff();
  const auto metres = any_metres();
  const auto duration = any_duration();
  const auto adjustment = *rc::gen::inRange<BasisPoints>(1, whole_bp);
  const auto fare = final_fare(tariff, metres, duration, adjustment).total;
  RC_ASSERT(!(final_fare(tariff, metres + any_metres(), duration, adjustment).total < fare));
  RC_ASSERT(!(final_fare(tariff, metres, duration + any_duration(), adjustment).total < fare));
  RC_ASSERT(!(final_fare(tariff, metres, duration, adjustment + 1).total < fare));
}

RC_GTEST_PROP(FareProperty, FeeIsAPartOfTheTotal, ()) {
  const base::Money total{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000)};
  const auto fee = platform_fee(total, *rc::gen::inRange<BasisPoints>(0, whole_bp + 1));
  RC_ASSERT(fee.amount >= 0);
  RC_ASSERT(!(total < fee));
}

}  // namespace
}  // namespace domain::fare
