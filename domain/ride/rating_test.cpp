#include "domain/ride/rating.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace domain::ride {
namespace {

using namespace std::chrono_literals;
using tests::support::id_of;
using tests::support::Scenario;
using tests::support::to_integer;
using tests::support::Words;

constexpr auto now = base::from_unix_ms(1'700'000'000'000);

UserId user(const std::string& name) {
  if (name == "passenger") return id_of<UserId>(1);
  return id_of<UserId>(name == "driver" ? 2 : 3);
}

Ride ride_in(RideState state, base::Duration since_its_end) {
  Ride ride{.id = id_of<RideId>(9), .passenger_id = user("passenger"), .driver_id = user("driver")};
  ride.state = state;
  const bool has_ended = state == RideState::completed || state == RideState::paid;
  if (has_ended) ride.completed_at = now - since_its_end;
  return ride;
}

std::optional<Rating> earlier_in(const Scenario& scenario, const Ride& ride, UserId by) {
  const auto stars = scenario.value("before");
  if (stars.empty()) return {};
  return Rating{.ride_id = ride.id,
                .by = side_of(ride, by).value(),
                .stars = static_cast<int>(to_integer(stars)),
                .comment = scenario.value("said"),
                .at = now - 1min};
}

Words outcome(const Scenario& scenario, const std::string& state) {
  const auto ride = ride_in(tests::support::to_enum<RideState>(state),
                            tests::support::to_duration(scenario.value("after", "1h")));
  const auto by = user(scenario.given[1]);
  const Rate rate{.stars = static_cast<int>(to_integer(scenario.value("stars"))),
                  .comment = scenario.value("comment")};
  const auto rating = decide(ride, earlier_in(scenario, ride, by), by, rate, {}, now);
  if (!rating) return {boost::describe::enum_to_string(rating.error(), "")};
  return {boost::describe::enum_to_string(rating->by, ""), std::to_string(rating->stars)};
}

TEST(Rating, FollowsItsScenarios) {
  for (const auto& scenario : tests::support::read_scenarios("tests/scenarios/ratings.txt")) {
    const auto all = tests::support::names_of<RideState>();
    for (const auto& state : tests::support::alternatives(scenario.given[0], all)) {
      EXPECT_EQ(outcome(scenario, state), scenario.expected) << scenario.where << " " << state;
    }
  }
}

TEST(Rating, KeepsWhatWasSaidAndWhen) {
  const auto ride = ride_in(RideState::paid, 1h);
  const auto by = ride.passenger_id;
  EXPECT_EQ(decide(ride, {}, by, Rate{3, "a bit late"}, {}, now),
            (Rating{ride.id, Side::passenger, 3, "a bit late", now}));
  EXPECT_EQ(decide(ride, {}, by, Rate{3, "a\nb"}, {}, now), rejected(Rejection::invalid_value));
  EXPECT_EQ(decide(ride, {}, by, Rate{3, std::string(2'001, 'x')}, {}, now),
            rejected(Rejection::invalid_value));
}

}  // namespace
}  // namespace domain::ride
