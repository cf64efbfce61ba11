// Drivers' money: earnings that are paid out once, and debts that end at a floor.

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gmock/gmock.h>

#include "services/rides/money_world_test.hpp"

namespace services::rides {
namespace {

using namespace boost::asio::experimental::awaitable_operators;
namespace operations = contracts::operations;
using domain::money::OrderState;
using domain::ride::PaymentMethod;
using sim::sandbox::Kind;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr std::int64_t earned = 11'400;

RidesConfig small_payouts() {
  RidesConfig config;
  config.payments.payout_min = {1'000};
  return config;
}

awaitable<void> earn(MoneyWorld& world) {
  co_await world.top_up(20'000);
  const auto ride = co_await world.rides().final(4'000);
  const auto paid = co_await world.pay(ride, PaymentMethod::wallet);
  EXPECT_EQ(code_of(paid), "ok");
}

awaitable<contracts::PayoutView> newest_payout(MoneyWorld& world) {
  const auto page = co_await world.by_driver(operations::list_payouts, {.limit = 1});
  co_return page.value().payouts.at(0);
}

awaitable<void> is_decided(MoneyWorld& world) {
  co_await world.rides().until("the payout is decided", [&]() -> awaitable<bool> {
    co_return (co_await newest_payout(world)).state != OrderState::pending;
  });
}

TEST(Payout, LeavesTheBalanceAtOnceAndArrives) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await earn(world);
        const auto part =
            co_await world.by_driver(operations::request_payout, {.amount = base::Money{1'000}});
        EXPECT_EQ(part->state, OrderState::pending);
        EXPECT_EQ(co_await world.rides().balance(), earned - 1'000);
        co_await is_decided(world);
        const auto rest = co_await world.by_driver(operations::request_payout, {});
        EXPECT_EQ(rest->amount.amount, earned - 1'000);
        co_await is_decided(world);
        EXPECT_EQ(world.bank().settled(Kind::payout), earned);
        EXPECT_EQ(code_of(co_await world.by_driver(operations::request_payout, {})),
                  "nothing_to_pay_out");
        const auto first = co_await world.by_driver(operations::list_payouts, {.limit = 1});
        const auto second =
            co_await world.by_driver(operations::list_payouts, {.before = first->next});
        EXPECT_EQ(first->payouts.at(0).payout_id, rest->payout_id);
        EXPECT_THAT(second->payouts, SizeIs(1));
        EXPECT_EQ(second->payouts.at(0).payout_id, part->payout_id);
        co_await world.rides().prove_books();
      },
      quick(), small_payouts());
}

TEST(Payout, ComesBackWhenTheBankDoesNotTakeIt) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await earn(world);
        co_await world.by_driver(operations::request_payout, {.amount = base::Money{5'013}});
        co_await is_decided(world);
        EXPECT_EQ((co_await newest_payout(world)).state, OrderState::failed);
        EXPECT_EQ(co_await world.rides().balance(), earned);
        EXPECT_EQ(co_await world.rides().count("outbox WHERE type = 'payout.changed'"), 2);
        co_await world.rides().prove_books();
      },
      quick(), small_payouts());
}

TEST(Payout, AskedForTwiceAtOnceIsPaidOnce) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await earn(world);
        const auto [one, other] =
            co_await (world.by_driver(operations::request_payout, contracts::RequestPayout{}) &&
                      world.by_driver(operations::request_payout, contracts::RequestPayout{}));
        EXPECT_THAT((std::array{code_of(one), code_of(other)}),
                    UnorderedElementsAre("ok", "nothing_to_pay_out"));
        EXPECT_EQ(co_await world.rides().balance(), 0);
        co_await world.rides().prove_books();
      },
      quick(), small_payouts());
}

TEST(PayoutRun, PaysEverybodyWhoHasEarnedEnoughOnce) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await earn(world);
        const auto poor = world.rides().new_id<domain::UserId>();
        co_await world.by_staff(operations::settle_driver_debt,
                                {.driver_id = poor, .amount = {999}});
        const auto started =
            co_await world.by_staff(operations::start_payout_run, contracts::NoArguments{});
        EXPECT_EQ(code_of(started), "ok");
        EXPECT_EQ(started->started_by, "office");
        std::optional<contracts::PayoutRunView> run;
        co_await world.rides().until("the run ends", [&]() -> awaitable<bool> {
          run = (co_await world.by_staff(operations::get_payout_run,
                                         contracts::PayoutRunRef{started->run_id}))
                    .value();
          co_return run->finished_at.has_value();
        });
        EXPECT_EQ(run->payouts, 1);
        EXPECT_EQ(run->total.amount, earned);
        co_await is_decided(world);
        EXPECT_EQ(world.bank().settled(Kind::payout), earned);
        EXPECT_EQ(co_await world.rides().balance(), 0);
        co_await world.rides().prove_books();
      },
      quick(), small_payouts());
}

TEST(PayoutRun, ThatWasBrokenOffGoesOnWhereItStood) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await earn(world);
        const auto run = world.rides().new_id<domain::PayoutRunId>().text();
        co_await world.rides().until("none is under way", [&]() -> awaitable<bool> {
          co_return co_await world.rides().count("payout_runs WHERE finished_at IS NULL") == 0;
        });
        co_await world.rides().run(
            "INSERT INTO payout_runs (run_id, started_by, started_at, account) VALUES ('" + run +
            "', 'office', now(), 'driver:" + world.rides().driver.text() + "')");
        co_await world.rides().until("the run ends", [&]() -> awaitable<bool> {
          co_return co_await world.rides().count("payout_runs WHERE finished_at IS NULL") == 0;
        });
        EXPECT_EQ(co_await world.rides().count("payouts"), 0);
        EXPECT_EQ(co_await world.rides().balance(), earned);
      },
      quick(), small_payouts());
}

// Debts.

RidesConfig one_fee_of_debt() {
  RidesConfig config;
  config.payments.debt_floor = {-1'000};
  return config;
}

TEST(Debt, EndsAtTheFloorUntilItIsSettled) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto first = co_await world.final(4'000);
        EXPECT_EQ(code_of(co_await world.call(operations::confirm_cash, world.driver, {first})),
                  "ok");
        EXPECT_EQ(co_await world.balance(), -600);
        const auto second = co_await world.final(4'000);
        const contracts::PayRide in_cash{.ride_id = second, .method = PaymentMethod::cash};
        EXPECT_EQ(code_of(co_await world.call(operations::pay_ride, world.passenger, in_cash)),
                  "payment_method_unavailable");
        EXPECT_EQ(code_of(co_await world.call(operations::confirm_cash, world.driver, {second})),
                  "debt_too_high");
        const auto settled = co_await binding::forward(
            world.bus(), operations::settle_driver_debt,
            {.caller = {.staff = "office"},
             .body = base::json::to_text(contracts::SettleDriverDebt{world.driver, {600}}),
             .idempotency_key = {}},
            std::chrono::seconds{5});
        EXPECT_EQ(settled.status, 201);
        EXPECT_EQ(code_of(co_await world.call(operations::pay_ride, world.passenger, in_cash)),
                  "ok");
        EXPECT_EQ(code_of(co_await world.call(operations::confirm_cash, world.driver, {second})),
                  "ok");
        EXPECT_EQ(co_await world.balance(), -600);
        co_await world.prove_books();
      },
      one_fee_of_debt());
}

TEST(Debt, DoesNotUndoWhatWasAgreedOn) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto one = co_await world.final(4'000);
        const auto other = co_await world.final(4'000);
        for (const auto ride : {one, other}) {
          EXPECT_EQ(code_of(co_await world.call(operations::pay_ride, world.passenger,
                                                {.ride_id = ride, .method = PaymentMethod::cash})),
                    "ok");
        }
        for (const auto ride : {one, other}) {
          EXPECT_EQ(code_of(co_await world.call(operations::confirm_cash, world.driver, {ride})),
                    "ok");
        }
        const auto told =
            co_await world.call(operations::get_balance, world.driver, contracts::NoArguments{});
        EXPECT_EQ(told->balance.amount, -1'200);
        EXPECT_EQ(told->debt_floor.amount, -1'000);
        EXPECT_FALSE(told->cash_allowed);
        co_await world.prove_books();
      },
      one_fee_of_debt());
}

}  // namespace
}  // namespace services::rides
