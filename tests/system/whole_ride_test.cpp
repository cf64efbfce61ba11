// The whole ride, from two phone numbers to the books, in every shape that the program has.

#include <gmock/gmock.h>

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
namespace frames = contracts::frames;
using domain::ride::PaymentMethod;
using domain::ride::PaymentState;
using domain::ride::RideState;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::Field;

// 60 s at 180 km/h, of which the phone's slow clock makes a moment.
constexpr double trip_m = 3'000;
constexpr double speed_kmh = 180;
constexpr int legs = 6;

// By hand: 3.0 km x 3,000 = 9,000; less the driver's 10 % = 8,100; of that 5 % for the platform.
constexpr double adjustment = 0.9;
constexpr base::Money running{9'000};
constexpr base::Money fare{8'100};
constexpr base::Money discount{-900};
constexpr base::Money owed_by_driver{-405};
// 3.0 km as the crow flies are 3.9 km of road.
constexpr base::Money estimated{11'700};

constexpr double metre = 0.5;

class WholeRide : public SystemTest, public testing::WithParamInterface<Shape> {
 protected:
  WholeRide() : SystemTest(GetParam()) {}
};

struct Trip {
  Phone& passenger;
  Phone& driver;
  Point pickup;
  Point destination;
};

awaitable<void> look_around(const Trip& trip) {
  const auto nearby = granted(co_await trip.passenger.call(
      operations::find_nearby_drivers,
      {.latitude = trip.pickup.latitude, .longitude = trip.pickup.longitude}));
  EXPECT_EQ(nearby.drivers.size(), 1U);

  const auto estimate = granted(co_await trip.passenger.call(
      operations::estimate_fare, {.pickup = contracts::place_at(trip.pickup),
                                  .destination = contracts::place_at(trip.destination)}));
  EXPECT_THAT(estimate.metres, DoubleNear(trip_m * 1.3, metre));
  EXPECT_EQ(estimate.options.front().vehicle_type, domain::VehicleType::motorcycle);
  EXPECT_EQ(estimate.options.front().fare, estimated);
}

void expect_rounded(const contracts::Place& shown, Point exact) {
  const auto rounded = domain::geo::rounded_to_100_m(exact);
  EXPECT_DOUBLE_EQ(shown.latitude, rounded.latitude);
  EXPECT_DOUBLE_EQ(shown.longitude, rounded.longitude);
  EXPECT_FALSE(shown.label);
}

awaitable<domain::RideId> agree(const Trip& trip) {
  const auto request = co_await request_ride(trip.passenger, trip.pickup, trip.destination);
  const auto proposal = co_await proposal_of(trip.driver, request);
  expect_rounded(trip.driver.document().proposal->pickup, trip.pickup);
  expect_rounded(trip.driver.document().proposal->destination, trip.destination);
  const auto accepted =
      granted(co_await trip.driver.call(operations::accept_proposal, {.match_id = proposal}));
  EXPECT_EQ(accepted.pickup.label, "Pickup");
  co_await until_ride(trip.passenger, request, RideState::matched);
  co_await until_ride(trip.driver, request, RideState::matched);
  EXPECT_FALSE(trip.driver.document().proposal);
  EXPECT_EQ(trip.passenger.document().request->state, domain::match::RequestState::matched);
  co_return request;
}

awaitable<void> meet(const Trip& trip, domain::RideId ride) {
  const auto pin = trip.passenger.document().ride->pin.value();
  EXPECT_FALSE(trip.driver.document().ride->pin);
  co_await drive_up(trip.passenger, trip.driver, trip.pickup);
  granted(co_await trip.driver.call(operations::arrive, {.ride_id = ride}));

  const std::string wrong_pin = pin == "0000" ? "0001" : "0000";
  EXPECT_EQ(refusal(co_await trip.driver.call(
                operations::start_ride,
                {.ride_id = ride, .pin = wrong_pin, .sequence = trip.driver.sequence()})),
            "422 wrong_pin");
  granted(co_await trip.driver.call(
      operations::start_ride, {.ride_id = ride, .pin = pin, .sequence = trip.driver.sequence()}));
  co_await until_ride(trip.passenger, ride, RideState::in_progress);
}

bool sees(const Phone& passenger, Point driver) {
  const auto seen = passenger.latest<contracts::DriverPosition>(frames::driver_position);
  return seen && domain::geo::distance({seen->latitude, seen->longitude}, driver).value < metre;
}

bool has_metered(const Phone& passenger, double metres) {
  const auto metered = passenger.latest<contracts::RunningFare>(frames::running_fare);
  return metered && metered->metres > metres - metre;
}

/// The passenger watches the driver and the fare move, leg by leg.
awaitable<void> drive(const Trip& trip) {
  for (int leg = 1; leg <= legs; ++leg) {
    const double share = static_cast<double>(leg) / legs;
    const Point reached{
        .latitude = std::lerp(trip.pickup.latitude, trip.destination.latitude, share),
        .longitude = trip.pickup.longitude};
    trip.driver.go_to(reached, speed_kmh);
    co_await trip.passenger.until("the passenger sees a leg driven", [=](const Phone& phone) {
      return sees(phone, reached) && has_metered(phone, trip_m * share);
    });
  }
  EXPECT_EQ(trip.passenger.latest<contracts::RunningFare>(frames::running_fare)->fare, running);
}

awaitable<void> settle(const Trip& trip, domain::RideId ride) {
  const auto completed = co_await complete_ride(trip.driver, ride, adjustment);
  EXPECT_EQ(completed.state, RideState::completed);
  EXPECT_EQ(completed.fare, fare);
  EXPECT_THAT(completed.metres.value(), DoubleNear(trip_m, metre));

  const auto payment =
      granted(co_await trip.driver.call(operations::confirm_cash, {.ride_id = ride}));
  EXPECT_EQ(payment.method, PaymentMethod::cash);
  EXPECT_EQ(payment.state, PaymentState::settled);
  EXPECT_EQ(payment.amount, fare);
  co_await until_ride(trip.passenger, ride, RideState::paid);
  co_await until_ride(trip.driver, ride, RideState::paid);
}

awaitable<void> look_back(const Trip& trip, domain::RideId ride) {
  const auto receipt =
      granted(co_await trip.passenger.call(operations::get_receipt, {.ride_id = ride}));
  EXPECT_EQ(receipt.total, fare);
  EXPECT_THAT(receipt.lines, ElementsAre(Field(&contracts::ReceiptLine::amount, running),
                                         Field(&contracts::ReceiptLine::amount, discount)));
  const auto balance = granted(co_await trip.driver.call(operations::get_balance));
  EXPECT_EQ(balance.balance, owed_by_driver);
  EXPECT_EQ(refusal(co_await trip.driver.call(operations::confirm_cash, {.ride_id = ride})),
            "409 already_paid");
}

/// A phone that missed every frame shows the same.
awaitable<void> expect_same_after_reconnecting(Phone& phone) {
  const auto before = base::json::to_text(phone.document());
  co_await phone.connect();
  EXPECT_EQ(base::json::to_text(phone.document()), before);
}

TEST_P(WholeRide, FromTwoNumbersToTheBooks) {
  visit([](City& city) -> awaitable<void> {
    const auto pickup = city.place(0);
    auto* driver = co_await city.driver(city.place(250));
    auto* passenger = co_await city.passenger();
    co_await city.until_nearby(*passenger, pickup, 1);
    const Trip trip{*passenger, *driver, pickup, city.place(-trip_m)};
    co_await look_around(trip);
    const auto ride = co_await agree(trip);
    co_await meet(trip, ride);
    co_await drive(trip);
    co_await settle(trip, ride);
    co_await look_back(trip, ride);
    co_await expect_same_after_reconnecting(*passenger);
    co_await expect_same_after_reconnecting(*driver);
  });
}

INSTANTIATE_TEST_SUITE_P(Shapes, WholeRide,
                         testing::Values(Shape::process_per_role, Shape::one_process,
                                         Shape::two_of_each, Shape::up),
                         [](const auto& shape) { return name_of(shape.param); });

}  // namespace
}  // namespace tests::system
