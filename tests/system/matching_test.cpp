// How a passenger and a driver find each other, and how they don't.

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
using domain::match::RequestState;
using domain::match::UnfulfilledReason;
using domain::ride::CancelledBy;
using domain::ride::RideState;

using Matching = SystemTest;

class MatchingWithoutRides : public SystemTest {
 protected:
  MatchingWithoutRides() : SystemTest(Shape::process_per_role) {}
};

/// An area around the city in which nobody has set a price.
awaitable<domain::TariffAreaId> close_the_area(City& city, sim::ApiClient& staff) {
  contracts::CreateTariffArea area{.name = "Nobody drives here", .priority = 1};
  const std::pair<double, double> corners[] = {{-1, -1}, {-1, 1}, {1, 1}, {1, -1}};
  for (const auto& [north, east] : corners) {
    const auto corner = city.place(5'000 * north, 5'000 * east);
    area.points.push_back({corner.latitude, corner.longitude});
  }
  co_return granted(co_await staff.call(operations::create_tariff_area, area)).area_id;
}

awaitable<void> until_request(Phone& passenger, RequestState state) {
  co_await passenger.until("the request is as expected", [=](const Phone& phone) {
    const auto& request = phone.document().request;
    return request && request->state == state;
  });
}

awaitable<void> until_not_asked(Phone& driver) {
  co_await driver.until("the driver is asked no more",
                        [](const Phone& phone) { return !phone.document().proposal; });
}

TEST_F(Matching, ADeclineGoesOnToTheNextDriver) {
  visit([](City& city) -> awaitable<void> {
    auto* near = co_await city.driver(city.place(100));
    auto* far = co_await city.driver(city.place(600));
    auto* passenger = co_await city.passenger();
    co_await city.until_nearby(*passenger, city.place(0), 2);

    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    const auto first = co_await proposal_of(*near, request);
    granted(co_await near->call(operations::decline_proposal, {.match_id = first}));
    co_await until_not_asked(*near);

    const auto second = co_await proposal_of(*far, request);
    granted(co_await far->call(operations::accept_proposal, {.match_id = second}));
    co_await until_ride(*passenger, request, RideState::matched);
    EXPECT_EQ(passenger->document().ride->driver.driver_id, far->user());
    EXPECT_EQ(refusal(co_await near->call(operations::accept_proposal, {.match_id = first})),
              "409 already_matched");
  });
}

TEST_F(Matching, SilenceGoesOnToTheNextDriver) {
  visit([](City& city) -> awaitable<void> {
    auto* asleep = co_await city.driver(city.place(100));
    auto* awake = co_await city.driver(city.place(600));
    auto* passenger = co_await city.passenger();
    co_await city.until_nearby(*passenger, city.place(0), 2);

    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    const auto missed = co_await proposal_of(*asleep, request);
    const auto proposal = co_await proposal_of(*awake, request);
    granted(co_await awake->call(operations::accept_proposal, {.match_id = proposal}));
    co_await until_ride(*passenger, request, RideState::matched);
    co_await until_not_asked(*asleep);
    EXPECT_EQ(refusal(co_await asleep->call(operations::accept_proposal, {.match_id = missed})),
              "409 already_matched");
  });
}

TEST_F(Matching, APassengerMayStopWaiting) {
  visit([](City& city) -> awaitable<void> {
    auto* passenger = co_await city.passenger();
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    EXPECT_EQ(
        refusal(co_await passenger->call(operations::create_request,
                                         {.pickup = contracts::place_at(city.place(0)),
                                          .destination = contracts::place_at(city.place(-1'000))})),
        "409 request_already_open");
    granted(co_await passenger->call(operations::cancel_request, {.request_id = request}));
    co_await until_request(*passenger, RequestState::cancelled);
    EXPECT_EQ(
        refusal(co_await passenger->call(operations::cancel_request, {.request_id = request})),
        "409 request_closed");
    co_await request_ride(*passenger, city.place(0), city.place(-2'000));
  });
}

TEST_F(Matching, APassengerMayCancelAfterTheMatch) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await match(*passenger, *driver, city.place(0), city.place(-2'000));
    EXPECT_EQ(refusal(co_await passenger->call(operations::cancel_request, {.request_id = ride})),
              "409 already_matched");
    granted(
        co_await passenger->call(operations::cancel_ride, {.ride_id = ride, .reason = "I walk"}));
    co_await until_ride(*driver, ride, RideState::cancelled);
    const auto cancelled = driver->document().ride->cancellation.value();
    EXPECT_EQ(cancelled.by, CancelledBy::passenger);
    EXPECT_EQ(cancelled.reason, "I walk");
    EXPECT_EQ(cancelled.fee.amount, 0);  // Within two minutes.

    auto* next = co_await city.passenger();  // The driver is free again.
    co_await match(*next, *driver, city.place(0), city.place(-2'000));
  });
}

TEST_F(Matching, ADriversCancellationSearchesAgain) {
  visit([](City& city) -> awaitable<void> {
    auto* first = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await match(*passenger, *first, city.place(0), city.place(-2'000));
    auto* second = co_await city.driver(city.place(300));
    granted(co_await first->call(operations::cancel_ride, {.ride_id = ride}));
    co_await until_ride(*first, ride, RideState::cancelled);

    const auto proposal = co_await proposal_of(*second, ride);
    granted(co_await second->call(operations::accept_proposal, {.match_id = proposal}));
    co_await until_ride(*passenger, ride, RideState::matched);
    EXPECT_EQ(passenger->document().ride->driver.driver_id, second->user());
  });
}

TEST_F(MatchingWithoutRides, ARideThatNobodyHasAPriceForEndsWell) {
  visit([this](City& city) -> awaitable<void> {
    auto staff = city.staff("users", {"tariffs:write"});
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto area = co_await close_the_area(city, staff);
    const contracts::CreateRequest wish{.pickup = contracts::place_at(city.place(0)),
                                        .destination = contracts::place_at(city.place(-2'000))};
    EXPECT_EQ(refusal(co_await passenger->call(operations::create_request, wish)),
              "422 vehicle_not_offered");

    backend.kill("rides");
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    const auto proposal = co_await proposal_of(*driver, request);
    granted(co_await driver->call(operations::accept_proposal, {.match_id = proposal}));
    backend.start();

    co_await until_request(*passenger, RequestState::unfulfilled);
    EXPECT_EQ(passenger->document().request->reason, UnfulfilledReason::vehicle_not_offered);
    co_await driver->until("the driver is told", [=](const Phone& phone) {
      const auto& refused = phone.document().refused;
      return refused && refused->match_id == proposal;
    });
    EXPECT_FALSE(driver->document().ride);
    granted(co_await staff.call(operations::retire_tariff_area, {area}));
    co_await match(*passenger, *driver, city.place(0), city.place(-2'000));
    EXPECT_FALSE(driver->document().refused);
  });
}

}  // namespace
}  // namespace tests::system
