/// What match tells of an account, and what it forgets.

#include <gmock/gmock.h>

#include "services/match/world_test.hpp"

namespace services::match {
namespace {

namespace events = contracts::events;
namespace operations = contracts::operations;
using contracts::RecordKind;
using domain::match::RequestState;
using testing::SizeIs;

awaitable<bool> in_use(World& world, domain::UserId user) {
  const auto answer = co_await world.call(operations::match_account_use, {}, {.user_id = user});
  co_return answer.value().refusal == domain::Rejection::account_in_use;
}

/// All of one kind, by pages of one record.
awaitable<contracts::AccountRecords> records(World& world, domain::UserId user, RecordKind kind) {
  contracts::AccountRecords all;
  contracts::AskRecords question{.user_id = user, .kind = kind, .after = {}, .limit = 1};
  do {
    auto page = (co_await world.call(operations::match_account_records, {}, question)).value();
    question.after = page.next;
    contracts::append(all, std::move(page.records));
  } while (question.after);
  co_return all;
}

TEST(MatchAccounts, AreInUseFromTheRequestToTheEndOfTheRide) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(100));
    const auto passenger = world.new_id<domain::UserId>();
    EXPECT_FALSE(co_await in_use(world, passenger));
    EXPECT_FALSE(co_await in_use(world, driver));
    const auto request = co_await world.match(passenger, driver);
    EXPECT_TRUE(co_await in_use(world, passenger));
    EXPECT_TRUE(co_await in_use(world, driver));
    co_await world.rides().announce(events::ride_completed, request, ended_ride(request, driver));
    co_await world.reaches(request, RequestState::closed);
    EXPECT_FALSE(co_await in_use(world, passenger));
    EXPECT_FALSE(co_await in_use(world, driver));
  });
}

TEST(MatchAccounts, AreToldWithTheirRequestsAndProposals) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(100));
    const auto passenger = world.new_id<domain::UserId>();
    const auto first = co_await world.match(passenger, driver);
    co_await world.rides().announce(events::ride_completed, first, ended_ride(first, driver));
    co_await world.reaches(first, RequestState::closed);
    const auto second = co_await world.match(passenger, driver);

    const auto requests = co_await records(world, passenger, RecordKind::requests);
    EXPECT_THAT(requests.requests, SizeIs(2));
    EXPECT_EQ(requests.requests.front().request_id, second);
    EXPECT_EQ(contracts::count_of(co_await records(world, passenger, RecordKind::proposals)), 0);
    const auto of_driver = co_await records(world, driver, RecordKind::proposals);
    EXPECT_THAT(of_driver.proposals, SizeIs(2));
    EXPECT_EQ(of_driver.proposals.front().request_id, second);
    expect_rounded(of_driver.proposals.front().pickup, pickup);
  });
}

TEST(MatchAccounts, DoNotTellWhatOthersHold) {
  tell([](World& world) -> awaitable<void> {
    const auto answer = co_await world.call(
        operations::match_account_records, {},
        {.user_id = world.new_id<domain::UserId>(), .kind = RecordKind::rides, .after = {}});
    EXPECT_EQ(code_of(answer), "invalid_value");
  });
}

TEST(MatchAccounts, AreForgottenWithTheirPlacesAndCards) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(100));
    const auto passenger = world.new_id<domain::UserId>();
    const auto request = co_await world.match(passenger, driver);
    co_await world.rides().announce(events::ride_completed, request, ended_ride(request, driver));
    co_await world.reaches(request, RequestState::closed);
    for (const auto user : {passenger, driver}) {
      co_await world.users().announce(events::user_deleted, user, {.user_id = user});
    }
    co_await world.until("both are forgotten", [&]() -> awaitable<bool> {
      co_return co_await world.count("match_requests where pickup_latitude = -6.175") == 1 &&
          co_await world.count("driver_slots where plate = '' and not beacon_on") == 1;
    });
    EXPECT_EQ(co_await world.count("match_requests where pickup_label is not null"), 0);
    EXPECT_EQ(co_await world.count("driver_slots where status = 'approved'"), 0);
  });
}

TEST(MatchAccounts, ASearchBegunInTheLastMomentEnds) {
  tell([](World& world) -> awaitable<void> {
    const auto passenger = world.new_id<domain::UserId>();
    const auto request = co_await world.request(passenger);
    co_await world.users().announce(events::user_deleted, passenger, {.user_id = passenger});
    co_await world.reaches(request, RequestState::cancelled);
    EXPECT_FALSE(co_await in_use(world, passenger));
  });
}

TEST(MatchAccounts, ThatAreBlockedSearchNoMoreAndAreAskedNoMore) {
  tell([](World& world) -> awaitable<void> {
    const auto passenger = world.new_id<domain::UserId>();
    const auto request = co_await world.request(passenger);
    const auto driver = co_await world.add_driver(north(9'000));
    for (const auto user : {passenger, driver}) {
      co_await world.users().announce(events::user_blocked, user, {.user_id = user});
    }
    co_await world.reaches(request, RequestState::cancelled);
    co_await world.until("the driver is off duty", [&]() -> awaitable<bool> {
      co_return co_await world.count("driver_slots where not beacon_on") == 1;
    });
    EXPECT_EQ(co_await world.count("driver_slots where status = 'approved'"), 1);
  });
}

}  // namespace
}  // namespace services::match
