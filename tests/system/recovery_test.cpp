// The program goes away in the middle of a ride, and comes back.

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
using domain::ride::RideState;
using platform::ws::CloseCode;

using Recovery = SystemTest;

constexpr double trip_m = 2'000;
constexpr double speed_kmh = 180;
// 2.0 km x 3,000.
constexpr base::Money fare{6'000};

TEST_F(Recovery, ARideGoesOnAfterAllWasKilled) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await begin_ride(*passenger, *driver, city.place(0), city.place(-trip_m));
    driver->go_to(city.place(-trip_m / 2), speed_kmh);
    co_await until_metered(*passenger, trip_m / 2);

    city.backend().kill();
    co_await until_socket_closes(*driver);
    co_await until_socket_closes(*passenger);
    driver->go_to(city.place(-trip_m * 3 / 4), speed_kmh);  // The phone keeps what nobody hears.
    city.backend().start();
    co_await driver->connect();
    co_await passenger->connect();
    EXPECT_EQ(passenger->document().ride.value().state, RideState::in_progress);

    driver->go_to(city.place(-trip_m), speed_kmh);
    const auto completed = co_await complete_ride(*driver, ride, 1);
    EXPECT_EQ(completed.fare, fare);
    granted(co_await driver->call(operations::confirm_cash, {.ride_id = ride}));
    co_await until_ride(*passenger, ride, RideState::paid);
  });
}

TEST_F(Recovery, ARestartTellsPhonesToComeBack) {
  visit([](City& city) -> awaitable<void> {
    auto* passenger = co_await city.passenger();
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    city.backend().ask_to_stop();
    co_await until_socket_closes(*passenger);
    EXPECT_EQ(passenger->close_code(), static_cast<std::uint16_t>(CloseCode::going_away));
    city.backend().stop();
    city.backend().start();
    co_await passenger->connect();
    auto* driver = co_await city.driver(city.place(200));
    co_await proposal_of(*driver, request);
  });
}

}  // namespace
}  // namespace tests::system
