// What belongs to a user: sessions, everything held, and the end of the account.

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
using namespace std::chrono_literals;

using Account = SystemTest;

constexpr auto written_within = 10s;
constexpr auto forgotten_within = 20s;

TEST_F(Account, TheSocketOfAnEndedSessionCloses) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    const auto shown = granted(co_await phone->call(operations::list_sessions)).sessions;
    EXPECT_EQ(shown.size(), 1u);
    EXPECT_TRUE(shown.front().current);
    EXPECT_EQ(shown.front().device, "sim");
    auto* other = co_await city.passenger();
    EXPECT_EQ(refusal(co_await other->call(operations::end_session,
                                           {.session_id = shown.front().session_id})),
              "404 not_found");
    granted(
        co_await phone->call(operations::end_session, {.session_id = shown.front().session_id}));
    co_await until_session_ends(*phone);
    EXPECT_TRUE(other->connected());
  });
}

/// Everything, however many pages that is.
awaitable<contracts::AccountExport> told_whole(Phone& phone) {
  auto whole = granted(co_await phone.call(operations::export_me, {}));
  while (whole.next_cursor) {
    auto page = granted(co_await phone.call(operations::export_me, {.cursor = whole.next_cursor}));
    contracts::append(whole.records, std::move(page.records));
    whole.next_cursor = page.next_cursor;
  }
  co_return whole;
}

TEST_F(Account, IsToldWhole) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await begin_ride(*passenger, *driver, city.place(0), city.place(-2'000));
    co_await complete_ride(*driver, ride, 1);
    granted(co_await driver->call(operations::confirm_cash, {.ride_id = ride}));
    co_await until_ride(*passenger, ride, domain::ride::RideState::paid);
    granted(co_await driver->call(operations::rate_ride, {.ride_id = ride, .stars = 5}));

    const auto told = co_await told_whole(*passenger);
    EXPECT_EQ(told.profile.user_id, passenger->user());
    EXPECT_EQ(told.sessions.size(), 1u);
    EXPECT_EQ(told.records.requests.at(0).request_id, ride);
    EXPECT_EQ(told.records.rides.at(0).ride_id, ride);
    EXPECT_EQ(told.records.payments.at(0).ride_id, ride);
    EXPECT_EQ(told.records.ratings_received.at(0).stars, 5);
    EXPECT_EQ(told.records.ledger.size(), 2u) << "the fare and the cash";

    contracts::AccountExport of_driver;
    co_await eventually("positions are in the history", written_within, [&]() -> awaitable<bool> {
      of_driver = co_await told_whole(*driver);
      co_return !of_driver.records.positions.empty();
    });
    EXPECT_EQ(of_driver.profile.driver.value().payout_account.number, "1234567890");
    EXPECT_EQ(of_driver.records.proposals.at(0).request_id, ride);
    EXPECT_EQ(of_driver.records.rides.at(0).ride_id, ride);
    EXPECT_FALSE(of_driver.records.rides.at(0).pin);
    EXPECT_EQ(of_driver.records.ratings_given.at(0).stars, 5);
    EXPECT_EQ(refusal(co_await driver->call(operations::export_me, {.cursor = "rides:x"})),
              "422 invalid");
  });
}

TEST_F(Account, IsKeptWhileARequestARideOrADebtIsOpen) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    EXPECT_EQ(refusal(co_await passenger->call(operations::delete_me)), "409 account_in_use");
    co_await proposal_of(*driver, request);
    granted(co_await passenger->call(operations::cancel_request, {.request_id = request}));

    const auto ride = co_await begin_ride(*passenger, *driver, city.place(0), city.place(-2'000));
    EXPECT_EQ(refusal(co_await passenger->call(operations::delete_me)), "409 account_in_use");
    EXPECT_EQ(refusal(co_await driver->call(operations::delete_me)), "409 account_in_use");
    co_await complete_ride(*driver, ride, 1);
    EXPECT_EQ(refusal(co_await passenger->call(operations::delete_me)), "409 account_in_use");
    granted(co_await driver->call(operations::confirm_cash, {.ride_id = ride}));
    co_await until_ride(*passenger, ride, domain::ride::RideState::paid);
    EXPECT_EQ(refusal(co_await driver->call(operations::delete_me)), "409 account_in_use")
        << "he owes the platform its fee";
    granted(co_await passenger->call(operations::delete_me));
  });
}

TEST_F(Account, OnceDeletedLeavesNothingThatTellsWhoItWas) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await begin_ride(*passenger, *driver, city.place(0), city.place(-2'000));
    co_await complete_ride(*driver, ride, 1);
    granted(co_await driver->call(operations::confirm_cash, {.ride_id = ride}));
    co_await until_ride(*passenger, ride, domain::ride::RideState::paid);

    granted(co_await passenger->call(operations::delete_me));
    co_await until_session_ends(*passenger);
    co_await eventually("the labels are forgotten", forgotten_within, [&]() -> awaitable<bool> {
      const auto shown = granted(co_await driver->call(operations::get_ride, {.ride_id = ride}));
      co_return !shown.pickup.label;
    });
  });
}

}  // namespace
}  // namespace tests::system
