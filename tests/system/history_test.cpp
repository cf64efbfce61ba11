// What is left of a ride when it is over: both sides find it again, and say what they thought.

#include <gmock/gmock.h>

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
using domain::ride::Side;
using testing::SizeIs;

using History = SystemTest;

TEST_F(History, BothSidesFindTheRideAndGiveStars) {
  visit([](City& city) -> awaitable<void> {
    const auto pickup = city.place(0);
    const auto destination = city.place(3'000);
    auto* passenger = co_await city.passenger();
    auto* driver = co_await city.driver(city.place(200));
    co_await city.until_nearby(*passenger, pickup, 1);
    const auto ride = co_await begin_ride(*passenger, *driver, pickup, destination);
    EXPECT_EQ(
        refusal(co_await passenger->call(operations::rate_ride, {.ride_id = ride, .stars = 5})),
        "409 illegal_transition");
    co_await complete_ride(*driver, ride, 1);

    const auto taken = granted(co_await passenger->call(operations::list_rides, {}));
    EXPECT_THAT(taken.rides, SizeIs(1));
    EXPECT_EQ(taken.rides.at(0).ride_id, ride);
    const auto driven =
        granted(co_await driver->call(operations::list_rides, {.side = Side::driver, .limit = 1}));
    EXPECT_THAT(driven.rides, SizeIs(1));
    const auto asked = granted(co_await passenger->call(operations::list_requests, {}));
    EXPECT_THAT(asked.requests, SizeIs(1));

    const contracts::RateRide stars{.ride_id = ride, .stars = 4, .comment = "calm"};
    EXPECT_EQ(granted(co_await passenger->call(operations::rate_ride, stars)).stars, 4);
    EXPECT_EQ(granted(co_await passenger->call(operations::rate_ride, stars)).stars, 4);
    EXPECT_EQ(
        refusal(co_await passenger->call(operations::rate_ride, {.ride_id = ride, .stars = 1})),
        "409 already_rated");
    EXPECT_EQ(
        granted(co_await driver->call(operations::rate_ride, {.ride_id = ride, .stars = 5})).by,
        Side::driver);
  });
}

}  // namespace
}  // namespace tests::system
