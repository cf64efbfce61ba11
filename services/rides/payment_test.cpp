// What a ride costs, who owes whom, and that nobody is charged twice: through the whole service.

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gmock/gmock.h>

#include "services/rides/world_test.hpp"

namespace services::rides {
namespace {

using namespace std::chrono_literals;
namespace events = contracts::events;
namespace operations = contracts::operations;
using contracts::ReceiptLine;
using domain::ride::CancelledBy;
using domain::ride::PaymentMethod;
using domain::ride::PaymentState;
using domain::ride::RideState;
using testing::IsEmpty;
using testing::SizeIs;

MATCHER_P2(IsLine, kind, amount, "") { return arg.kind == kind && arg.amount.amount == amount; }

/// Cancelling costs from the first moment, and a passenger is waited for but an instant.
RidesConfig strict() {
  RidesConfig config;
  config.cancel_free_for_ms = 0ms;
  config.no_show_after_ms = 200ms;
  return config;
}

// The fare.

TEST(RideFare, IsThePriceOfTheMetresAndAtLeastTheMinimum) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(1'000);
    const auto receipt = co_await world.call(operations::get_receipt, world.passenger, {ride});
    EXPECT_EQ(code_of(receipt), "ok");
    EXPECT_EQ(receipt->total.amount, 5'000);
    EXPECT_THAT(receipt->lines,
                testing::ElementsAre(IsLine("distance", 3'000), IsLine("minimum", 2'000)));
    EXPECT_EQ(receipt->metres, 1'000);
    EXPECT_EQ(receipt->driver.name, "Budi");
  });
}

TEST(RideFare, IsLoweredByTheDriverAlone) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(10'000, 0.8575);
    const auto receipt = co_await world.call(operations::get_receipt, world.driver, {ride});
    EXPECT_THAT(receipt->lines, testing::ElementsAre(IsLine("distance", 30'000),
                                                     IsLine("driver_adjustment", -4'275)));
    EXPECT_EQ(receipt->total.amount, 25'725);
    EXPECT_EQ(co_await world.balance(), 25'725 - 1'286);
    co_await world.prove_books();
  });
}

TEST(RideFare, IsNeitherRaisedNorWaivedNorFinelyTuned) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.in_progress();
    for (const double factor : {1.1, 0.0, -0.5, 0.99999, 1e-9, 1e300}) {
      const auto told =
          co_await world.call(operations::complete_ride, world.driver,
                              {.ride_id = ride, .sequence = 200, .adjustment = factor});
      EXPECT_EQ(code_of(told), "adjustment_out_of_range") << factor;
    }
    const auto early = co_await world.call(operations::complete_ride, world.driver,
                                           {.ride_id = ride, .sequence = 99});
    EXPECT_EQ(code_of(early), "sequence_regressed");
  });
}

TEST(RideFare, IsPostedOnceHoweverOftenItIsTold) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(4'000);
    co_await world.announce_metered(ride, 9'000);
    co_await world.until("both have been seen", [&]() -> awaitable<bool> {
      co_return co_await world.count(
          "consumer_positions WHERE producer = 'location' AND position = 2") == 1;
    });
    EXPECT_EQ((co_await world.view(ride)).fare->amount, 12'000);
    EXPECT_THAT(co_await world.announced(events::ride_fare_final), SizeIs(1));
    EXPECT_EQ((co_await world.prove_books()).entries, 2);
  });
}

TEST(RideFare, DoesNotBillTheApproach) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.arrived();
    co_await world.announce_metered(ride, 3'000);
    co_await world.until("it waits", [&]() -> awaitable<bool> {
      co_return co_await world.count("parked_events") == 1;
    });
    EXPECT_EQ((co_await world.view(ride)).fare, std::nullopt);
    EXPECT_EQ(co_await world.count("billing_ledger"), 0);
  });
}

TEST(RideFare, OfAnImpossibleTripIsParked) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.completed();
    co_await world.announce_metered(ride, -1);
    co_await world.until("it waits", [&]() -> awaitable<bool> {
      co_return co_await world.count("parked_events") == 1;
    });
    EXPECT_EQ((co_await world.view(ride)).fare, std::nullopt);
  });
}

TEST(RideFare, IsEstimatedForEveryVehicle) {
  RidesConfig config;
  config.car_xl.offered = false;
  tell(
      [](World& world) -> awaitable<void> {
        const contracts::EstimateFare trip{.pickup = contracts::place_at(pickup),
                                           .destination = contracts::place_at(north(10'000))};
        const auto estimate = co_await world.call(operations::estimate_fare, world.passenger, trip);
        EXPECT_EQ(code_of(estimate), "ok");
        EXPECT_NEAR(estimate->metres, 13'000, 1);
        EXPECT_NEAR(estimate->duration_s, 1'872, 1);
        EXPECT_THAT(estimate->options, SizeIs(2));
        EXPECT_NEAR(static_cast<double>(estimate->options[0].fare.amount), 39'000, 3);
        EXPECT_NEAR(static_cast<double>(estimate->options[1].fare.amount), 65'000, 5);

        auto nowhere = trip;
        nowhere.destination = contracts::place_at(north(20));
        EXPECT_EQ(code_of(co_await world.call(operations::estimate_fare, world.passenger, nowhere)),
                  "trip_too_short");
        auto abroad = trip;
        abroad.destination = contracts::place_at(north(200'000));
        EXPECT_EQ(code_of(co_await world.call(operations::estimate_fare, world.passenger, abroad)),
                  "trip_too_long");
      },
      config);
}

// Cancellation.

TEST(RideCancellation, IsFreeAtFirst) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.matched();
    const auto told = co_await world.call(operations::cancel_ride, world.passenger,
                                          {.ride_id = ride, .reason = "changed my mind"});
    EXPECT_EQ(told->state, RideState::cancelled);
    EXPECT_EQ(told->cancellation->by, CancelledBy::passenger);
    EXPECT_EQ(told->cancellation->reason, "changed my mind");
    EXPECT_EQ(told->cancellation->fee.amount, 0);
    EXPECT_TRUE(told->ended_at.has_value());
    EXPECT_THAT(co_await world.announced(events::ride_cancelled), SizeIs(1));
    EXPECT_EQ((co_await world.prove_books()).entries, 0);
    EXPECT_EQ(code_of(co_await world.call(operations::get_receipt, world.passenger, {ride})),
              "not_payable");
    EXPECT_EQ(
        code_of(co_await world.call(operations::pay_ride, world.passenger, {.ride_id = ride})),
        "not_payable");
    EXPECT_EQ(
        code_of(co_await world.call(operations::cancel_ride, world.passenger, {.ride_id = ride})),
        "illegal_transition");
  });
}

TEST(RideCancellation, CostsThePassengerLater) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto ride = co_await world.arrived();
        const auto told =
            co_await world.call(operations::cancel_ride, world.passenger, {.ride_id = ride});
        EXPECT_EQ(told->cancellation->fee.amount, 5'000);
        EXPECT_EQ(told->cancellation->reason, std::nullopt);
        EXPECT_EQ(co_await world.balance(), 5'000);
        EXPECT_EQ((co_await world.prove_books()).entries, 1);
        const auto receipt = co_await world.call(operations::get_receipt, world.passenger, {ride});
        EXPECT_THAT(receipt->lines, testing::ElementsAre(IsLine("cancellation_fee", 5'000)));
      },
      strict());
}

TEST(RideCancellation, ByTheDriverCostsNothing) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto ride = co_await world.arrived();
        const auto told = co_await world.call(operations::cancel_ride, world.driver,
                                              {.ride_id = ride, .reason = "flat tyre"});
        EXPECT_EQ(told->cancellation->by, CancelledBy::driver);
        EXPECT_EQ(told->cancellation->fee.amount, 0);
        EXPECT_EQ((co_await world.prove_books()).entries, 0);
      },
      strict());
}

TEST(RideCancellation, IsOverOnceTheRideHasBegun) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.in_progress();
    for (const auto by : {world.passenger, world.driver}) {
      EXPECT_EQ(code_of(co_await world.call(operations::cancel_ride, by, {.ride_id = ride})),
                "illegal_transition");
    }
  });
}

TEST(RideCancellation, OfAPassengerWhoDoesNotComeHasItsTimeAndFee) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto ride = co_await world.arrived();
        EXPECT_EQ(code_of(co_await world.call(operations::report_no_show, world.driver, {ride})),
                  "too_early");
        co_await world.until("it is late enough", [&]() -> awaitable<bool> {
          co_return (co_await world.call(operations::report_no_show, world.driver, {ride}))
              .has_value();
        });
        const auto view = co_await world.view(ride);
        EXPECT_EQ(view.cancellation->by, CancelledBy::no_show);
        EXPECT_EQ(view.cancellation->fee.amount, 5'000);
        EXPECT_EQ(co_await world.balance(), 5'000);
        co_await world.prove_books();
      },
      strict());
}

// Payment.

TEST(RidePayment, WaitsForTheFinalFare) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.completed();
    EXPECT_EQ(
        code_of(co_await world.call(operations::pay_ride, world.passenger, {.ride_id = ride})),
        "fare_not_final");
    EXPECT_EQ(code_of(co_await world.call(operations::confirm_cash, world.driver, {ride})),
              "fare_not_final");
    EXPECT_EQ(code_of(co_await world.call(operations::get_receipt, world.passenger, {ride})),
              "fare_not_final");
  });
}

TEST(RidePayment, InCashIsAskedForAndConfirmed) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(4'000);
    const contracts::PayRide in_cash{.ride_id = ride, .method = PaymentMethod::cash};
    const auto pending = co_await world.call(operations::pay_ride, world.passenger, in_cash);
    EXPECT_EQ(code_of(pending), "ok");
    EXPECT_EQ(pending->state, PaymentState::pending);
    EXPECT_EQ((co_await world.announced(events::payment_requested)).at(0).ride.payment->payment_id,
              pending->payment_id);
    EXPECT_EQ(code_of(co_await world.call(operations::pay_ride, world.passenger, in_cash)),
              "payment_in_progress");
    EXPECT_EQ(co_await world.balance(), 11'400);

    const auto settled = co_await world.call(operations::confirm_cash, world.driver, {ride});
    EXPECT_EQ(settled->payment_id, pending->payment_id);
    EXPECT_EQ(settled->state, PaymentState::settled);
    EXPECT_EQ(co_await world.balance(), -600);
    EXPECT_EQ(code_of(co_await world.call(operations::pay_ride, world.passenger, in_cash)),
              "already_paid");
    EXPECT_EQ(code_of(co_await world.call(operations::confirm_cash, world.driver, {ride})),
              "already_paid");
    co_await world.prove_books();
  });
}

TEST(RidePayment, HasItsSides) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(4'000);
    EXPECT_EQ(code_of(co_await world.call(operations::pay_ride, world.driver, {.ride_id = ride})),
              "wrong_role");
    EXPECT_EQ(code_of(co_await world.call(operations::confirm_cash, world.passenger, {ride})),
              "wrong_role");
  });
}

TEST(RidePayment, NeedsMoneyInTheWalletAndAProviderForCards) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(4'000);
    const auto pay_by = [&](PaymentMethod method) {
      return world.call(operations::pay_ride, world.passenger, {.ride_id = ride, .method = method});
    };
    EXPECT_EQ(code_of(co_await pay_by(PaymentMethod::wallet)), "insufficient_funds");
    EXPECT_EQ(code_of(co_await pay_by(PaymentMethod::gateway)), "payment_method_unavailable");
    EXPECT_EQ(co_await world.count("payments"), 0);
  });
}

TEST(RidePayment, HappensOnceWhenBothSidesActAtOnce) {
  using namespace boost::asio::experimental::awaitable_operators;
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(4'000);
    const auto [asked, confirmed, again] =
        co_await (world.call(operations::pay_ride, world.passenger, {.ride_id = ride}) &&
                  world.call(operations::confirm_cash, world.driver, {ride}) &&
                  world.call(operations::confirm_cash, world.driver, {ride}));
    EXPECT_THAT(code_of(asked), testing::AnyOf("ok", "already_paid"));
    EXPECT_NE(code_of(confirmed), code_of(again));
    EXPECT_THAT((std::array{code_of(confirmed), code_of(again)}), testing::Contains("ok"));
    EXPECT_EQ(co_await world.count("payments WHERE state = 'settled'"), 1);
    EXPECT_THAT(co_await world.announced(events::ride_paid), SizeIs(1));
    EXPECT_EQ((co_await world.prove_books()).entries, 3);
  });
}

TEST(RidePayment, IsFoundAgainByItsKey) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(4'000);
    const auto body = base::json::to_text(contracts::RideRef{ride});
    const auto first = co_await world.send(operations::confirm_cash, world.driver, body, "key");
    const auto again = co_await world.send(operations::confirm_cash, world.driver, body, "key");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ((co_await world.prove_books()).entries, 3);
  });
}

TEST(RidePayment, KeepsNobodyFromTheNextRide) {
  tell([](World& world) -> awaitable<void> {
    const auto unpaid = co_await world.final(4'000);
    co_await world.matched();
    EXPECT_EQ(code_of(co_await world.call(operations::confirm_cash, world.driver, {unpaid})), "ok");
  });
}

}  // namespace
}  // namespace services::rides
