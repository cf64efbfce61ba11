#include "domain/ride/silence.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace domain::ride {
namespace {

using tests::support::Words;

constexpr auto now = base::from_unix_ms(1'700'000'000'000);

TEST(Silence, IsAnsweredAsTheScenariosSay) {
  const auto states = tests::support::names_of<RideState>();
  for (const auto& scenario : tests::support::read_scenarios("tests/scenarios/silence.txt")) {
    const auto heard_at = now - tests::support::to_duration(scenario.given.at(1));
    for (const auto& state : tests::support::alternatives(scenario.given.at(0), states)) {
      const auto answer =
          answer_to_silence(tests::support::to_enum<RideState>(state), heard_at, {}, now);
      EXPECT_EQ(scenario.expected, Words{boost::describe::enum_to_string(answer, "")})
          << scenario.where << " " << state;
    }
  }
}

}  // namespace
}  // namespace domain::ride
