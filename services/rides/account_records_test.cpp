// What rides tells of an account, and what it forgets.

#include <gtest/gtest.h>

#include "contracts/operations.hpp"
#include "services/rides/world_test.hpp"

namespace services::rides {
namespace {

namespace operations = contracts::operations;

awaitable<bool> in_use(World& world, domain::UserId user) {
  const auto answer = co_await world.call(operations::rides_account_use, {}, {.user_id = user});
  co_return answer.value().in_use;
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

TEST(RidesAccounts, AreToldWithTheirRidesAndTheirSideOfTheBooks) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(4'000);
    const auto records =
        (co_await world.call(operations::rides_account_records, {}, {.user_id = world.passenger}))
            .value();
    EXPECT_EQ(records.rides.size(), 1u);
    EXPECT_EQ(records.rides.front().ride_id, ride);
    EXPECT_EQ(records.ledger.size(), 1u);
    EXPECT_EQ(records.ledger.front().kind, "fare");
    EXPECT_EQ(records.ledger.front().amount.amount, -12'000);

    const auto of_driver =
        (co_await world.call(operations::rides_account_records, {}, {.user_id = world.driver}))
            .value();
    EXPECT_EQ(of_driver.ledger.size(), 2u);
    const auto of_stranger =
        (co_await world.call(operations::rides_account_records, {}, {.user_id = world.stranger}))
            .value();
    EXPECT_TRUE(of_stranger.rides.empty());
    EXPECT_TRUE(of_stranger.ledger.empty());
  });
}

}  // namespace
}  // namespace services::rides
