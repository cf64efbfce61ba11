// What rides tells of an account, and what it forgets.

#include <gtest/gtest.h>

#include "contracts/operations.hpp"
#include "services/rides/money_world_test.hpp"

namespace services::rides {
namespace {

namespace operations = contracts::operations;
using contracts::RecordKind;
using domain::Rejection;

awaitable<contracts::AccountUse> use(World& world, domain::UserId user, bool gives_up = false) {
  co_return (co_await world.call(operations::rides_account_use, {},
                                 {.user_id = user, .gives_up_balance = gives_up}))
      .value();
}

awaitable<bool> in_use(World& world, domain::UserId user) {
  co_return (co_await use(world, user)).refusal == Rejection::account_in_use;
}

TEST(RidesAccounts, AreInUseUntilTheRideIsPaidAndNothingIsOwed) {
  tell([](World& world) -> awaitable<void> {
    EXPECT_FALSE(co_await in_use(world, world.passenger));
    const auto ride = co_await world.final(4'000);
    EXPECT_TRUE(co_await in_use(world, world.passenger));
    EXPECT_TRUE(co_await in_use(world, world.driver));
    EXPECT_FALSE(co_await in_use(world, world.stranger));
    EXPECT_EQ(code_of(co_await world.call(operations::confirm_cash, world.driver, {ride})), "ok");
    EXPECT_FALSE(co_await in_use(world, world.passenger));
    EXPECT_TRUE(co_await in_use(world, world.driver)) << "the fee is owed";
  });
}

/// All of one kind, by pages of one record.
awaitable<contracts::AccountRecords> records(World& world, domain::UserId user, RecordKind kind) {
  contracts::AccountRecords all;
  contracts::AskRecords question{.user_id = user, .kind = kind, .after = {}, .limit = 1};
  do {
    auto page = (co_await world.call(operations::rides_account_records, {}, question)).value();
    question.after = page.next;
    contracts::append(all, std::move(page.records));
  } while (question.after);
  co_return all;
}

TEST(RidesAccounts, AreToldWithTheirRidesAndTheirSideOfTheBooks) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(4'000);
    const auto rides = co_await records(world, world.passenger, RecordKind::rides);
    EXPECT_EQ(rides.rides.size(), 1u);
    EXPECT_EQ(rides.rides.front().ride_id, ride);
    const auto books = co_await records(world, world.passenger, RecordKind::ledger);
    EXPECT_EQ(books.ledger.size(), 1u);
    EXPECT_EQ(books.ledger.front().kind, "fare");
    EXPECT_EQ(books.ledger.front().amount.amount, -12'000);
    EXPECT_EQ((co_await records(world, world.driver, RecordKind::ledger)).ledger.size(), 2u);
    EXPECT_EQ(contracts::count_of(co_await records(world, world.stranger, RecordKind::rides)), 0);
    EXPECT_EQ(contracts::count_of(co_await records(world, world.stranger, RecordKind::ledger)), 0);
  });
}

TEST(RidesAccounts, AreToldWithTheStarsOfBothSides) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(4'000);
    co_await world.call(operations::rate_ride, world.passenger,
                        {.ride_id = ride, .stars = 4, .comment = "Fast"});
    co_await world.call(operations::rate_ride, world.driver, {.ride_id = ride, .stars = 5});
    const auto given = co_await records(world, world.passenger, RecordKind::ratings_given);
    EXPECT_EQ(given.ratings_given.size(), 1u);
    EXPECT_EQ(given.ratings_given.at(0).comment, "Fast");
    const auto received = co_await records(world, world.passenger, RecordKind::ratings_received);
    EXPECT_EQ(received.ratings_received.size(), 1u);
    EXPECT_EQ(received.ratings_received.at(0).stars, 5);
    EXPECT_EQ(
        (co_await records(world, world.driver, RecordKind::ratings_given)).ratings_given.size(),
        1u);
    EXPECT_EQ(
        contracts::count_of(co_await records(world, world.stranger, RecordKind::ratings_given)), 0);
  });
}

/// Two top-ups, a ride paid by card, some of it given back, and a payout of what was earned.
awaitable<void> let_money_flow(MoneyWorld& world) {
  co_await world.top_up(20'000);
  co_await world.top_up(30'000);
  const auto ride = co_await world.rides().final(20'000);
  const auto asked = (co_await world.pay(ride, domain::ride::PaymentMethod::gateway)).value();
  co_await world.is_paid(ride);
  const auto refund = co_await world.by_staff(
      operations::refund_payment, contracts::RefundPayment{.payment_id = asked.payment_id,
                                                           .amount = base::Money{2'000},
                                                           .reason = "the seat was wet"});
  EXPECT_EQ(code_of(refund), "ok");
  EXPECT_EQ(code_of(co_await world.by_driver(operations::request_payout,
                                             contracts::RequestPayout{.amount = {}})),
            "ok");
}

TEST(RidesAccounts, AreToldWithAllTheirMoney) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await let_money_flow(world);
        const auto passenger = world.rides().passenger;
        const auto driver = world.rides().driver;
        const auto count = [&](domain::UserId user, RecordKind kind) -> awaitable<int> {
          co_return contracts::count_of(co_await records(world.rides(), user, kind));
        };
        EXPECT_EQ(co_await count(passenger, RecordKind::top_ups), 2);
        EXPECT_EQ(co_await count(passenger, RecordKind::payments), 1);
        EXPECT_EQ(co_await count(passenger, RecordKind::refunds), 1);
        EXPECT_EQ(co_await count(passenger, RecordKind::orders), 4) << "top-ups, card, refund";
        EXPECT_EQ(co_await count(passenger, RecordKind::payouts), 0);
        EXPECT_EQ(co_await count(driver, RecordKind::payouts), 1);
        EXPECT_EQ(co_await count(driver, RecordKind::payments), 1);
        EXPECT_EQ(co_await count(driver, RecordKind::orders), 1);
        for (const auto kind : {RecordKind::top_ups, RecordKind::payments, RecordKind::refunds,
                                RecordKind::payouts, RecordKind::orders}) {
          EXPECT_EQ(co_await count(world.rides().stranger, kind), 0);
        }
      },
      quick());
}

TEST(RidesAccounts, WithMoneyAreKeptUntilItIsGivenUp) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        auto& rides = world.rides();
        co_await world.top_up(20'000);
        const auto kept = co_await use(rides, rides.passenger);
        EXPECT_EQ(kept.refusal, Rejection::wallet_not_empty);
        EXPECT_EQ(kept.balance, base::Money{20'000});
        EXPECT_FALSE((co_await use(rides, rides.passenger, true)).refusal);
        EXPECT_FALSE((co_await use(rides, rides.stranger)).refusal);
      },
      quick());
}

TEST(RidesAccounts, AreKeptWhileTheProviderHasStillToDecide) {
  auto undecided = quick();
  undecided.decides_after = std::chrono::hours{1};
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        auto& rides = world.rides();
        const auto asked = co_await world.by_passenger(operations::top_up_wallet,
                                                       contracts::TopUpWallet{.amount = {20'000}});
        EXPECT_EQ(code_of(asked), "ok");
        EXPECT_EQ((co_await use(rides, rides.passenger, true)).refusal,
                  Rejection::payment_in_progress);
      },
      undecided);
}

/// Has driven a ride that was paid from a wallet, and has a wallet too.
awaitable<domain::UserId> somebody_with_two_balances(MoneyWorld& world) {
  auto& rides = world.rides();
  co_await world.top_up(20'000);
  const auto ride = co_await rides.final(4'000);
  EXPECT_EQ(code_of(co_await world.pay(ride, domain::ride::PaymentMethod::wallet)), "ok");
  rides.passenger = rides.driver;
  co_await world.top_up(30'000);
  co_return rides.driver;
}

TEST(RidesAccounts, LeaveWhatTheirOwnersGaveUpToThePlatformOnce) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        auto& rides = world.rides();
        const auto user = co_await somebody_with_two_balances(world);
        const contracts::UserDeleted deleted{.user_id = user, .gives_up_balance = true};
        for (int i = 0; i < 2; ++i) co_await rides.announce(deleted);
        co_await rides.until("both were heard", [&]() -> awaitable<bool> {
          co_return co_await rides.count(
              "consumer_positions WHERE producer = 'users' "
              "AND position = 2") == 1;
        });
        EXPECT_EQ(co_await rides.count("billing_ledger WHERE kind = 'wallet_given_up'"
                                       " AND credit_account = 'platform:given_up'"
                                       " AND amount = 30000"),
                  1);
        EXPECT_EQ(co_await rides.count("billing_ledger WHERE kind = 'earnings_given_up'"
                                       " AND credit_account = 'platform:given_up'"
                                       " AND amount = 11400"),
                  1);
        EXPECT_EQ(co_await world.wallet(), 0);
        EXPECT_EQ(co_await rides.balance(), 0);
        EXPECT_EQ(co_await rides.count("outbox WHERE type = 'ledger.posted'"
                                       " AND payload::text LIKE '%given_up%'"),
                  1);
        co_await rides.prove_books();
      },
      quick());
}

TEST(RidesAccounts, KeepTheirMoneyIfItWasNotGivenUp) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        auto& rides = world.rides();
        co_await world.top_up(20'000);
        const auto ride = co_await rides.matched();
        co_await rides.announce(
            contracts::UserDeleted{.user_id = rides.passenger, .gives_up_balance = {}});
        co_await rides.until("the labels are forgotten", [&]() -> awaitable<bool> {
          co_return !(co_await rides.view(ride)).pickup.label;
        });
        EXPECT_EQ(co_await rides.count("closings"), 0);
        EXPECT_EQ(co_await world.wallet(), 20'000);
      },
      quick());
}

}  // namespace
}  // namespace services::rides
