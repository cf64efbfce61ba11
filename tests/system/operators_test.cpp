// The operators' way in: keys, scopes, and what staff do to drivers and dead letters.

#include <algorithm>

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
using namespace std::chrono_literals;
using domain::identity::DriverStatus;
using domain::ride::RideState;

using Operators = SystemTest;

class OperatorsOfFour : public SystemTest {
 protected:
  OperatorsOfFour() : SystemTest(Shape::process_per_role) {}
};

constexpr auto a_key_ends_within = 10s;

/// Waits for a refusal, as a revoked key is one within a few seconds.
awaitable<void> until_refused(sim::ApiClient& staff, std::string with) {
  return eventually("refused: " + with, a_key_ends_within, [&staff, with]() -> awaitable<bool> {
    co_return refusal(co_await staff.call(operations::dead_letters_of_rides.list, {})) == with;
  });
}

TEST_F(Operators, EveryServiceAnswersItsOwnRowsAndUsersAll) {
  visit([](City& city) -> awaitable<void> {
    auto rides = city.staff("rides", {"dlq:read"});
    granted(co_await rides.call(operations::dead_letters_of_rides.list, {}));
    EXPECT_EQ(refusal(co_await rides.call(operations::dead_letters_of_match.list, {})),
              "404 no_such_route");
    auto users = city.staff("users", {"dlq:read"});
    granted(co_await users.call(operations::dead_letters_of_users.list, {}));
    granted(co_await users.call(operations::dead_letters_of_location.list, {}));
    granted(co_await users.call(operations::dead_letters_of_match.list, {}));
    granted(co_await users.call(operations::dead_letters_of_rides.list, {}));
  });
}

TEST_F(Operators, NeedAKeyAndItsScope) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("match", {"dlq:read"});
    granted(co_await staff.call(operations::dead_letters_of_match.list, {.type = "ride.paid"}));
    EXPECT_EQ(refusal(co_await staff.call(operations::dead_letters_of_match.drop, {.id = 1})),
              "403 forbidden");
    auto* passenger = co_await city.passenger();
    staff.use_token(passenger->tokens().access_token);
    EXPECT_EQ(refusal(co_await staff.call(operations::dead_letters_of_match.list, {})),
              "401 unauthenticated");
    staff.use_token("");
    EXPECT_EQ(refusal(co_await staff.call(operations::dead_letters_of_match.list, {})),
              "401 unauthenticated");
  });
}

TEST_F(Operators, ARevokedKeyIsRefusedEverywhereWithinSeconds) {
  visit([this](City& city) -> awaitable<void> {
    auto staff = city.staff("rides", {"dlq:read"});
    granted(co_await staff.call(operations::dead_letters_of_rides.list, {}));
    backend.operate({"apikey", "revoke", staff.token().substr(4, 8)});
    co_await until_refused(staff, "401 unauthenticated");
  });
}

TEST_F(OperatorsOfFour, AreRefusedWhileNobodyKnowsTheKeysAndAnsweredAfterwards) {
  visit([this](City& city) -> awaitable<void> {
    auto staff = city.staff("rides", {"dlq:read"});
    staff.set_patience(0ms);
    granted(co_await staff.call(operations::dead_letters_of_rides.list, {}));
    backend.kill("users");
    co_await until_refused(staff, "503 unavailable");
    backend.start();
    staff.set_patience(10s);
    granted(co_await staff.call(operations::dead_letters_of_rides.list, {}));
  });
}

TEST_F(Operators, SuspendADriverWhoFinishesHisRideAndDrivesNoMore) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("users", {"drivers:read", "drivers:write"});
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await begin_ride(*passenger, *driver, city.place(0), city.place(-2'000));
    const contracts::DriverDecision decision{.driver_id = driver->user(), .reason = "Complaints"};
    granted(co_await staff.call(operations::suspend_driver, decision));
    co_await driver->until("the driver is off duty", [](const Phone& phone) {
      const auto& document = phone.document();
      return document.beacon == false && document.driver->status == DriverStatus::suspended;
    });
    EXPECT_EQ(refusal(co_await driver->call(operations::set_beacon, {.on = true})),
              "403 driver_suspended");
    co_await complete_ride(*driver, ride, 1);

    const auto page =
        granted(co_await staff.call(operations::list_drivers, {.status = DriverStatus::suspended}));
    const auto found = std::ranges::find(page.drivers, driver->user(),
                                         [](const auto& each) { return each.driver.driver_id; });
    if (found == page.drivers.end()) throw sim::NeverHappened{"the driver is found"};
    EXPECT_EQ(found->reason, "Complaints");
    EXPECT_TRUE(found->msisdn.contains('*'));

    granted(co_await staff.call(operations::reinstate_driver, decision));
    co_await driver->until("the driver may drive", [](const Phone& phone) {
      return phone.document().driver->status == DriverStatus::approved;
    });
  });
}

TEST_F(Operators, SettleDeadLettersFromTheTerminal) {
  EXPECT_EQ(backend.operate({"dlq", "ls", "--json", "--type", "no.such_event"}), "");
  EXPECT_EQ(backend.operate({"dlq", "ls", "--reason", "no such reason"}), "");
  EXPECT_THROW(backend.operate({"dlq", "ls", "--key", "no UUID"}), std::runtime_error);
  EXPECT_THROW(backend.operate({"dlq", "show", "1"}), std::runtime_error) << "of which service?";
  EXPECT_THROW(backend.operate({"dlq", "drop", "--service", "rides"}), std::runtime_error);
  EXPECT_THROW(backend.operate({"dlq", "replay", "123456", "--service", "rides"}),
               std::runtime_error);
}

}  // namespace
}  // namespace tests::system
