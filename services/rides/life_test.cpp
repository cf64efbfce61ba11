// The life of a ride through the whole service: over NATS, on real servers.

#include <gmock/gmock.h>

#include "services/rides/world_test.hpp"

namespace services::rides {
namespace {

using namespace std::chrono_literals;
namespace events = contracts::events;
namespace operations = contracts::operations;
using domain::ride::CancelledBy;
using domain::ride::PaymentState;
using domain::ride::RideState;
using testing::SizeIs;

RidesConfig without_car_xl() {
  RidesConfig config;
  config.car_xl.offered = false;
  return config;
}

/// How often each event of a ride that was driven and paid is told: once.
awaitable<void> expect_each_step_told_once(World& world) {
  for (const auto* kind :
       {&events::ride_matched, &events::ride_driver_arrived, &events::ride_started,
        &events::ride_completed, &events::ride_fare_final, &events::ride_paid}) {
    EXPECT_THAT(co_await world.announced(*kind), SizeIs(1)) << kind->type;
  }
}

TEST(RideLife, IsDrivenAndPaidInCash) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(4'000);
    EXPECT_EQ(co_await world.balance(), 12'000 - 600);

    const auto paid = co_await world.call(operations::confirm_cash, world.driver, {ride});
    EXPECT_EQ(code_of(paid), "ok");
    EXPECT_EQ(paid->state, PaymentState::settled);
    EXPECT_EQ(paid->amount.amount, 12'000);

    const auto view = co_await world.view(ride);
    EXPECT_EQ(view.state, RideState::paid);
    EXPECT_EQ(view.fare->amount, 12'000);
    EXPECT_EQ(view.metres, 4'000);
    EXPECT_EQ(view.payment->payment_id, paid->payment_id);
    EXPECT_TRUE(view.ended_at.has_value());

    EXPECT_EQ(co_await world.balance(), -600);
    const auto books = co_await world.prove_books();
    EXPECT_EQ(books.rides, 1);
    EXPECT_EQ(books.entries, 3);
    co_await expect_each_step_told_once(world);
  });
}

TEST(RideLife, BeginsWithWhatWasBooked) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.matched();
    const auto view = co_await world.view(ride);
    EXPECT_EQ(view.state, RideState::matched);
    EXPECT_EQ(view.pickup.label, "Monas, west gate");
    EXPECT_EQ(view.destination.label, std::nullopt);
    EXPECT_EQ(view.driver.plate, "B 1234 XYZ");
    EXPECT_THAT(view.pin.value(), testing::MatchesRegex("[0-9]{4}"));
    EXPECT_EQ(view.fare, std::nullopt);
  });
}

TEST(RideLife, ShowsThePinToThePassengerUntilTheStart) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.matched();
    const auto of_driver = co_await world.call(operations::get_ride, world.driver, {ride});
    EXPECT_EQ(of_driver->pin, std::nullopt);
    const auto arrived = co_await world.call(operations::arrive, world.driver, {ride});
    EXPECT_EQ(arrived->pin, std::nullopt);
    const auto pin = co_await world.pin(ride);
    co_await world.call(operations::start_ride, world.driver,
                        {.ride_id = ride, .pin = pin, .sequence = 1});
    EXPECT_EQ((co_await world.view(ride)).pin, std::nullopt);
    EXPECT_EQ((co_await world.announced(events::ride_matched))[0].ride.pin, pin);
    EXPECT_EQ((co_await world.announced(events::ride_started))[0].ride.pin, std::nullopt);
  });
}

TEST(RideLife, TellsLocationWhatToMeter) {
  tell([](World& world) -> awaitable<void> {
    co_await world.completed();
    const auto started = co_await world.announced(events::ride_started);
    EXPECT_EQ(started.at(0).start_sequence, 100);
    EXPECT_EQ(started.at(0).end_sequence, std::nullopt);
    const auto completed = co_await world.announced(events::ride_completed);
    EXPECT_EQ(completed.at(0).start_sequence, 100);
    EXPECT_EQ(completed.at(0).end_sequence, 200);
  });
}

TEST(RideLife, BeginsOnceHoweverOftenItIsTold) {
  tell([](World& world) -> awaitable<void> {
    const auto accepted = world.accepted(world.new_id<domain::RideId>());
    co_await world.announce(accepted);
    co_await world.announce(accepted);
    co_await world.until("both have been seen", [&]() -> awaitable<bool> {
      co_return co_await world.count(
          "consumer_positions WHERE producer = 'match' AND position = 2") == 1;
    });
    EXPECT_THAT(co_await world.announced(events::ride_matched), SizeIs(1));
    EXPECT_EQ(co_await world.count("parked_events"), 0);
  });
}

TEST(RideLife, DoesNotBeginWithoutAPrice) {
  tell(
      [](World& world) -> awaitable<void> {
        auto accepted = world.accepted(world.new_id<domain::RideId>());
        accepted.driver.vehicle_type = domain::VehicleType::car_xl;
        co_await world.announce(accepted);
        co_await world.announce(accepted);
        co_await world.until("both have been seen", [&]() -> awaitable<bool> {
          co_return co_await world.count(
              "consumer_positions WHERE producer = 'match' AND position = 2") == 1;
        });
        EXPECT_EQ(co_await world.count("rides"), 0);
        EXPECT_EQ(co_await world.count("parked_events"), 0);
        EXPECT_EQ(co_await world.count("outbox WHERE type = 'ride.refused' AND "
                                       "payload->>'reason' = 'vehicle_not_offered' AND "
                                       "payload->>'match_id' = '" +
                                       accepted.match_id.text() + "'"),
                  1);
        EXPECT_EQ(co_await world.count("ride_steps WHERE what = 'ride.refused'"), 1);
      },
      without_car_xl());
}

TEST(RideLife, IsTakenOverByTheNextDriver) {
  tell([](World& world) -> awaitable<void> {
    const auto first = world.driver;
    const auto ride = co_await world.arrived();
    const auto cancelled = co_await world.call(operations::cancel_ride, first,
                                               {.ride_id = ride, .reason = "flat tyre"});
    EXPECT_EQ(cancelled->state, RideState::cancelled);

    world.driver = world.new_id<domain::DriverId>();
    world.map().put(world.driver, pickup);
    co_await world.announce(world.accepted(ride));
    co_await world.until("the next driver has the ride", [&]() -> awaitable<bool> {
      co_return (co_await world.view(ride)).driver.driver_id == world.driver;
    });

    const auto view = co_await world.view(ride);
    EXPECT_EQ(view.state, RideState::matched);
    EXPECT_EQ(view.arrived_at, std::nullopt);
    EXPECT_FALSE(view.cancellation.has_value());
    EXPECT_EQ(code_of(co_await world.call(operations::get_ride, first, {ride})), "not_found");
    EXPECT_EQ(code_of(co_await world.call(operations::arrive, world.driver, {ride})), "ok");
    EXPECT_EQ(co_await world.count("billing_ledger"), 0);
  });
}

TEST(RideLife, StartsByThePinAloneWhileTheMapIsAway) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.arrived();
    world.map().put(world.driver, north(5'000));
    const contracts::StartRide start{
        .ride_id = ride, .pin = co_await world.pin(ride), .sequence = 1};
    EXPECT_EQ(code_of(co_await world.call(operations::start_ride, world.driver, start)), "too_far");
    world.map().close();
    EXPECT_EQ(code_of(co_await world.call(operations::start_ride, world.driver, start)), "ok");
  });
}

TEST(RideLife, StartsWhereThePassengerIs) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.arrived();
    world.map().put(world.passenger, north(300));
    const contracts::StartRide start{
        .ride_id = ride, .pin = co_await world.pin(ride), .sequence = 1};
    EXPECT_EQ(code_of(co_await world.call(operations::start_ride, world.driver, start)), "too_far");
    world.map().put(world.driver, north(250));
    EXPECT_EQ(code_of(co_await world.call(operations::start_ride, world.driver, start)), "ok");
  });
}

TEST(RideLife, CountsWrongPinsAndLocks) {
  RidesConfig config;
  config.pin_failures_max = 3;
  tell(
      [](World& world) -> awaitable<void> {
        const auto ride = co_await world.arrived();
        const auto right = co_await world.pin(ride);
        const contracts::StartRide wrong{
            .ride_id = ride, .pin = right == "0000" ? "0001" : "0000", .sequence = 1};
        const auto try_wrong = [&](std::string key) {
          return world.call(operations::start_ride, world.driver, wrong, std::move(key));
        };
        EXPECT_EQ(code_of(co_await try_wrong("first")), "wrong_pin");
        EXPECT_EQ(code_of(co_await try_wrong("first")), "wrong_pin");  // Counts once.
        EXPECT_EQ(co_await world.count("rides WHERE pin_failures = 1"), 1);
        EXPECT_EQ(code_of(co_await try_wrong("second")), "wrong_pin");
        EXPECT_EQ(code_of(co_await try_wrong("third")), "wrong_pin");
        const auto locked = co_await world.call(operations::start_ride, world.driver,
                                                {.ride_id = ride, .pin = right, .sequence = 1});
        EXPECT_EQ(code_of(locked), "pin_locked");
      },
      config);
}

TEST(RideLife, RefusesWhatTheStateDoesNotAllow) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.matched();
    const auto start = co_await world.call(operations::start_ride, world.driver,
                                           {.ride_id = ride, .pin = "0000", .sequence = 1});
    EXPECT_EQ(code_of(start), "illegal_transition");
    const auto complete = co_await world.call(operations::complete_ride, world.driver,
                                              {.ride_id = ride, .sequence = 1});
    EXPECT_EQ(code_of(complete), "illegal_transition");
    const auto no_show = co_await world.call(operations::report_no_show, world.driver, {ride});
    EXPECT_EQ(code_of(no_show), "illegal_transition");
    const auto receipt = co_await world.call(operations::get_receipt, world.passenger, {ride});
    EXPECT_EQ(code_of(receipt), "fare_not_final");
    const auto payment = co_await world.call(operations::pay_ride, world.passenger, {ride});
    EXPECT_EQ(code_of(payment), "illegal_transition");
  });
}

TEST(RideLife, RefusesToArriveFarAway) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.matched();
    world.map().put(world.driver, north(250));
    EXPECT_EQ(code_of(co_await world.call(operations::arrive, world.driver, {ride})), "too_far");
    world.map().put(world.driver, north(150));
    EXPECT_EQ(code_of(co_await world.call(operations::arrive, world.driver, {ride})), "ok");
  });
}

TEST(RideLife, IsNobodyElsesBusiness) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(1'000);
    const auto by = world.stranger;
    const auto expect_unknown = [](const std::string& code) { EXPECT_EQ(code, "not_found"); };
    expect_unknown(code_of(co_await world.call(operations::get_ride, by, {ride})));
    expect_unknown(code_of(co_await world.call(operations::arrive, by, {ride})));
    expect_unknown(code_of(co_await world.call(operations::start_ride, by,
                                               {.ride_id = ride, .pin = "0000", .sequence = 1})));
    expect_unknown(code_of(
        co_await world.call(operations::complete_ride, by, {.ride_id = ride, .sequence = 1})));
    expect_unknown(code_of(co_await world.call(operations::cancel_ride, by, {.ride_id = ride})));
    expect_unknown(code_of(co_await world.call(operations::report_no_show, by, {ride})));
    expect_unknown(code_of(co_await world.call(operations::pay_ride, by, {.ride_id = ride})));
    expect_unknown(code_of(co_await world.call(operations::confirm_cash, by, {ride})));
    expect_unknown(code_of(co_await world.call(operations::get_receipt, by, {ride})));
    const auto unknown = world.new_id<domain::RideId>();
    expect_unknown(code_of(co_await world.call(operations::get_ride, world.driver, {unknown})));
  });
}

TEST(RideLife, IsDrivenByItsDriverAlone) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.matched();
    EXPECT_EQ(code_of(co_await world.call(operations::arrive, world.passenger, {ride})),
              "wrong_role");
    const auto start =
        co_await world.call(operations::start_ride, world.passenger,
                            {.ride_id = ride, .pin = co_await world.pin(ride), .sequence = 1});
    EXPECT_EQ(code_of(start), "wrong_role");
    EXPECT_EQ(code_of(co_await world.call(operations::report_no_show, world.passenger, {ride})),
              "wrong_role");
  });
}

TEST(RideLife, IsTheOnlyOneOfItsDriverAndPassenger) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.matched();
    co_await world.announce(world.accepted(world.new_id<domain::RideId>()));
    co_await world.until("the second ride waits", [&]() -> awaitable<bool> {
      co_return co_await world.count("parked_events") == 1;
    });
    EXPECT_EQ(co_await world.count("rides"), 1);
    co_await world.call(operations::cancel_ride, world.passenger, {.ride_id = ride});
    co_await world.until("the second ride begins", [&]() -> awaitable<bool> {
      co_return co_await world.count("rides WHERE state = 'matched'") == 1;
    });
  });
}

}  // namespace
}  // namespace services::rides
