// What operators do about rides, through the admin port: look, call off, end, give back, hand over.

#include <algorithm>

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
using namespace std::chrono_literals;
using domain::match::RequestState;
using domain::money::OrderState;
using domain::ride::CancelledBy;
using domain::ride::PaymentMethod;
using domain::ride::RideState;

class Oversight : public SystemTest, public testing::WithParamInterface<Shape> {
 protected:
  Oversight() : SystemTest(GetParam()) {}
};

constexpr auto provider_limit = 20s;

std::vector<std::string> whats(const contracts::RideStory& story) {
  std::vector<std::string> whats;
  for (const auto& entry : story.timeline) whats.push_back(entry.what);
  return whats;
}

/// What happened once.
contracts::StoryEntry entry_of(const contracts::RideStory& story, const std::string& what) {
  const auto found = std::ranges::find(story.timeline, what, &contracts::StoryEntry::what);
  if (found == story.timeline.end()) throw sim::NeverHappened{what};
  return *found;
}

bool tells(const contracts::RideStory& story, const std::string& what) {
  return std::ranges::count(whats(story), what) == 1;
}

/// Driven, and paid from the wallet or in cash.
awaitable<contracts::RideView> ridden(City& city, Phone& passenger, Phone& driver) {
  const auto ride = co_await begin_ride(passenger, driver, city.place(0), city.place(-2'000));
  co_await complete_ride(driver, ride, 1);
  granted(co_await driver.call(operations::confirm_cash, {.ride_id = ride}));
  co_await until_ride(passenger, ride, RideState::paid);
  co_return *passenger.document().ride;
}

TEST_P(Oversight, FindsUsersRidesAndRequests) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("users", {"users:read", "rides:read"});
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await match(*passenger, *driver, city.place(0), city.place(-2'000));

    const auto users =
        granted(co_await staff.call(operations::find_users, {.user_id = passenger->user()}));
    EXPECT_EQ(users.users.at(0).user_id, passenger->user());
    EXPECT_TRUE(users.users.at(0).msisdn->contains('*'));
    const auto rides = granted(co_await staff.call(
        operations::search_rides, {.driver_id = driver->user(), .state = RideState::matched}));
    EXPECT_EQ(rides.rides.at(0).ride.ride_id, ride);
    EXPECT_FALSE(rides.rides.at(0).ride.pin) << "the passenger's alone";
    const auto requests = granted(
        co_await staff.call(operations::search_requests, {.passenger_id = passenger->user()}));
    EXPECT_EQ(requests.requests.at(0).request.request_id, ride);
    EXPECT_EQ(requests.requests.at(0).request.state, RequestState::matched);
  });
}

TEST_P(Oversight, NeedsTheScopeOfWhatItDoes) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await match(*passenger, *driver, city.place(0), city.place(-2'000));
    auto reader = city.staff("users", {"rides:read", "payments:read"});
    const std::string reason = "Not allowed";
    EXPECT_EQ(refusal(co_await reader.call(operations::cancel_ride_for, {ride, reason})),
              "403 forbidden");
    EXPECT_EQ(refusal(co_await reader.call(operations::complete_ride_for, {ride, reason})),
              "403 forbidden");
    EXPECT_EQ(refusal(co_await reader.call(operations::cancel_request_for, {ride, reason})),
              "403 forbidden");
    EXPECT_EQ(
        refusal(co_await reader.call(operations::reassign_ride, {ride, passenger->user(), reason})),
        "403 forbidden");
    EXPECT_EQ(refusal(co_await reader.call(operations::refund_payment,
                                           {.payment_id = {}, .reason = reason})),
              "403 forbidden");
    auto writer = city.staff("users", {"rides:write"});
    EXPECT_EQ(refusal(co_await writer.call(operations::search_rides, {})), "403 forbidden");
    EXPECT_EQ(refusal(co_await writer.call(operations::search_requests, {})), "403 forbidden");
    EXPECT_EQ(refusal(co_await writer.call(operations::get_ride_story, {ride})), "403 forbidden");
    EXPECT_EQ(refusal(co_await writer.call(operations::find_users, {.user_id = passenger->user()})),
              "403 forbidden");
    EXPECT_EQ(passenger->document().ride->state, RideState::matched) << "nothing has happened";
  });
}

TEST_P(Oversight, EndsASearch) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("users", {"rides:write"});
    auto* passenger = co_await city.passenger();
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    granted(co_await staff.call(operations::cancel_request_for, {request, "She has called"}));
    co_await passenger->until("the search ends", [](const Phone& phone) {
      const auto& shown = phone.document().request;
      return shown && shown->state == RequestState::cancelled;
    });
    EXPECT_EQ(refusal(co_await staff.call(operations::cancel_request_for, {request, "Again"})),
              "409 request_closed");
  });
}

TEST_P(Oversight, CallsARideOffAndBothAreFree) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("users", {"rides:read", "rides:write"});
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await match(*passenger, *driver, city.place(0), city.place(-2'000));
    const auto called_off =
        granted(co_await staff.call(operations::cancel_ride_for, {ride, "The street is flooded"}));
    EXPECT_EQ(called_off.ride.cancellation->by, CancelledBy::system);
    for (auto* phone : {passenger, driver}) {
      co_await until_ride(*phone, ride, RideState::cancelled);
      EXPECT_EQ(phone->document().ride->cancellation->fee.amount, 0);
    }
    const auto story = granted(co_await staff.call(operations::get_ride_story, {ride}));
    const auto step = entry_of(story, "ride.cancelled");
    EXPECT_EQ(step.note, "The street is flooded");
    EXPECT_EQ(step.by, "staff:an operator");
    EXPECT_EQ(refusal(co_await staff.call(operations::cancel_ride_for, {ride, "Again"})),
              "409 illegal_transition");
    co_await match(*passenger, *driver, city.place(0), city.place(-2'000));
  });
}

TEST_P(Oversight, EndsATripAndTellsItsWholeStory) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("users", {"rides:read", "rides:write"});
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await begin_ride(*passenger, *driver, city.place(0), city.place(-2'000));
    granted(co_await staff.call(operations::complete_ride_for, {ride, "His phone has died"}));
    co_await passenger->until("the fare is final", [=](const Phone& phone) {
      const auto& shown = phone.document().ride;
      return shown && shown->ride_id == ride && shown->fare;
    });
    granted(co_await driver->call(operations::confirm_cash, {.ride_id = ride}));
    co_await until_ride(*passenger, ride, RideState::paid);
    granted(co_await passenger->call(operations::rate_ride, {.ride_id = ride, .stars = 4}));

    const auto story = granted(co_await staff.call(operations::get_ride_story, {ride}));
    for (const std::string what :
         {"request.created", "ride.matched", "ride.driver_arrived", "ride.started",
          "ride.completed", "ride.fare_final", "ride.paid"}) {
      EXPECT_TRUE(tells(story, what)) << what << " of " << testing::PrintToString(whats(story));
    }
    EXPECT_EQ(story.ride->ride.state, RideState::paid);
    EXPECT_EQ(story.request->passenger_id, passenger->user());
    EXPECT_EQ(story.proposals.at(0).driver_id, driver->user());
    EXPECT_TRUE(story.meter);
    EXPECT_EQ(story.ledger.size(), 3u) << "fare, fee, cash";
    EXPECT_EQ(story.ratings.at(0).stars, 4);
    EXPECT_TRUE(story.missing.empty());
  });
}

TEST_P(Oversight, GivesARideToAnotherDriver) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("users", {"rides:write"});
    auto* first = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await match(*passenger, *first, city.place(0), city.place(-2'000));
    auto* second = co_await city.driver(city.place(300));
    co_await city.until_nearby(*passenger, city.place(0), 1);
    granted(co_await staff.call(operations::reassign_ride,
                                {ride, second->user(), "The first has a flat tyre"}));
    co_await until_ride(*second, ride, RideState::matched);
    co_await passenger->until("the passenger sees the new driver", [&](const Phone& phone) {
      return phone.document().ride->driver.driver_id == second->user();
    });
    co_await first->until("the first has no ride",
                          [](const Phone& phone) { return !phone.document().ride; });
    co_await drive_up(*passenger, *second, city.place(0));
    co_await set_out(*passenger, *second, ride);
    EXPECT_EQ(
        refusal(co_await staff.call(operations::reassign_ride, {ride, first->user(), "Too late"})),
        "409 illegal_transition");
  });
}

TEST_P(Oversight, GivesAPaymentBackInPartAndThenTheRest) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("users", {"payments:read", "payments:write"});
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto paid = co_await ridden(city, *passenger, *driver);
    const auto payment = paid.payment->payment_id;
    const auto fare = paid.fare->amount;

    const auto part = granted(co_await staff.call(
        operations::refund_payment,
        {.payment_id = payment, .amount = base::Money{1'000}, .reason = "The seat was wet"}));
    EXPECT_EQ(part.amount.amount, 1'000);
    EXPECT_EQ(refusal(co_await staff.call(
                  operations::refund_payment,
                  {.payment_id = payment, .amount = base::Money{fare}, .reason = "Too much"})),
              "409 refund_exceeds_payment");
    const auto rest = granted(co_await staff.call(
        operations::refund_payment, {.payment_id = payment, .reason = "All of it, after all"}));
    EXPECT_EQ(rest.amount.amount, fare - 1'000);
    const auto details = granted(co_await staff.call(operations::get_payment, {payment}));
    EXPECT_EQ(details.refunds.size(), 2u);
    co_await passenger->until("the wallet has it", [&](const Phone& phone) {
      return phone.document().wallet == base::Money{fare};
    });
  });
}

TEST_P(Oversight, GivesACardItsMoneyBack) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("rides", {"payments:read", "payments:write"});
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride = co_await begin_ride(*passenger, *driver, city.place(0), city.place(-2'000));
    co_await complete_ride(*driver, ride, 1);
    const auto asked = granted(co_await passenger->call(
        operations::pay_ride, {.ride_id = ride, .method = PaymentMethod::gateway}));
    co_await until_ride(*passenger, ride, RideState::paid);
    granted(co_await staff.call(operations::refund_payment,
                                {.payment_id = asked.payment_id, .reason = "A wrong turn"}));
    co_await eventually("the card has it back", provider_limit, [&]() -> awaitable<bool> {
      const auto details =
          granted(co_await staff.call(operations::get_payment, {asked.payment_id}));
      co_return details.refunds.at(0).state == OrderState::settled;
    });
    EXPECT_EQ(granted(co_await passenger->call(operations::get_wallet)).balance.amount, 0);
  });
}

INSTANTIATE_TEST_SUITE_P(Shapes, Oversight,
                         testing::Values(Shape::one_process, Shape::process_per_role,
                                         Shape::two_of_each, Shape::up),
                         [](const auto& shape) { return name_of(shape.param); });

}  // namespace
}  // namespace tests::system
