/// A passenger's search, from the request to whatever ends it.

#include <gmock/gmock.h>

#include "services/match/world_test.hpp"

namespace services::match {
namespace {

using namespace std::chrono_literals;
namespace events = contracts::events;
namespace operations = contracts::operations;
using domain::match::ProposalState;
using domain::match::RequestState;
using domain::match::UnfulfilledReason;
using testing::SizeIs;

TEST(MatchSearch, AsksTheNearestDriverWhoAccepts) {
  tell([](World& world) -> awaitable<void> {
    const auto near = co_await world.add_driver(north(300));
    const auto far = co_await world.add_driver(north(800));
    const auto passenger = world.new_id<domain::UserId>();
    const auto request = co_await world.request(passenger);
    const auto match = co_await world.asked(near);
    EXPECT_FALSE(co_await world.is_asked(far));

    const auto accepted = co_await world.call(operations::accept_proposal, near, {match});
    EXPECT_EQ(code_of(accepted), "ok");
    EXPECT_EQ(accepted->state, ProposalState::accepted);
    EXPECT_EQ(accepted->pickup.point(), pickup);
    EXPECT_EQ(accepted->pickup.label, "Monas, west gate");
    EXPECT_NEAR(accepted->pickup_metres, 300, 1);

    const auto view = co_await world.call(operations::get_request, passenger, {request});
    EXPECT_EQ(code_of(view), "ok");
    EXPECT_EQ(view->state, RequestState::matched);
    EXPECT_EQ(view->driver->plate, world.card(near).plate);
  });
}

TEST(MatchSearch, ShowsAPickupOnlyToWhoAccepts) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(300));
    const auto request = co_await world.match(world.new_id<domain::UserId>(), driver);
    const auto made = co_await world.announced(events::proposal_made);
    EXPECT_THAT(made, SizeIs(1));
    EXPECT_EQ(made[0].driver_id, driver);
    expect_rounded(made[0].proposal.pickup, pickup);
    expect_rounded(made[0].proposal.destination, destination);
    const auto accepted = co_await world.announced(events::match_accepted);
    EXPECT_THAT(accepted, SizeIs(1));
    EXPECT_EQ(accepted[0].request_id, request);
    EXPECT_EQ(accepted[0].pickup.point(), pickup);
    EXPECT_EQ(accepted[0].driver.name, "Budi");
  });
}

TEST(MatchSearch, GoesOnToTheNextAfterADecline) {
  tell([](World& world) -> awaitable<void> {
    const auto near = co_await world.add_driver(north(300));
    const auto far = co_await world.add_driver(north(800));
    co_await world.request(world.new_id<domain::UserId>());
    const auto match = co_await world.asked(near);
    const auto declined = co_await world.call(operations::decline_proposal, near, {match});
    EXPECT_EQ(code_of(declined), "ok");
    co_await world.asked(far);
    const auto late = co_await world.call(operations::accept_proposal, near, {match});
    EXPECT_EQ(code_of(late), "proposal_closed");
    EXPECT_FALSE(co_await world.is_asked(near));
  });
}

TEST(MatchSearch, GoesOnToTheNextAfterSilence) {
  auto config = quick_config();
  config.proposal_lifetime_ms = 300ms;
  tell(
      [](World& world) -> awaitable<void> {
        const auto near = co_await world.add_driver(north(300));
        const auto far = co_await world.add_driver(north(800));
        co_await world.request(world.new_id<domain::UserId>());
        co_await world.asked(near);
        co_await world.asked(far);
        const auto closed = co_await world.announced(events::proposal_closed);
        EXPECT_THAT(closed, SizeIs(1));
        EXPECT_EQ(closed[0].driver_id, near);
        EXPECT_EQ(closed[0].proposal.state, ProposalState::expired);
      },
      config);
}

TEST(MatchSearch, GivesUpWhenNobodyIsFound) {
  auto config = quick_config();
  config.patience_ms = 300ms;
  tell(
      [](World& world) -> awaitable<void> {
        const auto passenger = world.new_id<domain::UserId>();
        const auto request = co_await world.request(passenger);
        co_await world.reaches(request, RequestState::unfulfilled);
        EXPECT_THAT(co_await world.announced(events::request_unfulfilled), SizeIs(1));
        co_await world.request(passenger);  // And may try again.
      },
      config);
}

TEST(MatchSearch, LetsALateDriverMeetWhoWaits) {
  tell([](World& world) -> awaitable<void> {
    const auto request = co_await world.request(world.new_id<domain::UserId>());
    const auto driver = co_await world.add_driver(north(300));
    const auto match = co_await world.asked(driver);
    EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, driver, {match})), "ok");
    co_await world.reaches(request, RequestState::matched);
  });
}

TEST(MatchSearch, LooksFartherAsTimePasses) {
  auto config = quick_config();
  config.radius_grows_every_ms = 100ms;
  tell(
      [](World& world) -> awaitable<void> {
        const auto driver = co_await world.add_driver(north(4'500));
        const auto beyond = co_await world.add_driver(north(5'500));
        co_await world.request(world.new_id<domain::UserId>());
        const auto match = co_await world.asked(driver);
        co_await world.call(operations::decline_proposal, driver, {match});
        co_await world.until("the decline is told", [&]() -> awaitable<bool> {
          co_return (co_await world.announced(events::proposal_closed)).size() == 1;
        });
        EXPECT_FALSE(co_await world.is_asked(beyond));
      },
      config);
}

TEST(MatchSearch, CancelsASearchAtEveryMoment) {
  tell([](World& world) -> awaitable<void> {
    const auto passenger = world.new_id<domain::UserId>();
    const auto stranger = world.new_id<domain::UserId>();
    const auto lonely = co_await world.request(passenger);
    EXPECT_EQ(code_of(co_await world.call(operations::cancel_request, stranger, {lonely})),
              "not_found");
    EXPECT_EQ(code_of(co_await world.call(operations::cancel_request, passenger, {lonely})), "ok");
    EXPECT_EQ(code_of(co_await world.call(operations::cancel_request, passenger, {lonely})),
              "request_closed");

    const auto driver = co_await world.add_driver(north(300));
    const auto asked = co_await world.request(passenger);
    const auto match = co_await world.asked(driver);
    EXPECT_EQ(code_of(co_await world.call(operations::cancel_request, passenger, {asked})), "ok");
    EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, driver, {match})),
              "request_closed");
    EXPECT_EQ(co_await world.count("driver_slots where held_by is not null"), 0);

    const auto taken = co_await world.match(passenger, driver);
    EXPECT_EQ(code_of(co_await world.call(operations::cancel_request, passenger, {taken})),
              "already_matched");
  });
}

TEST(MatchSearch, SearchesAgainWhenTheDriverCancels) {
  tell([](World& world) -> awaitable<void> {
    const auto quitter = co_await world.add_driver(north(100));
    const auto passenger = world.new_id<domain::UserId>();
    const auto request = co_await world.match(passenger, quitter);
    const auto other = co_await world.add_driver(north(900));
    co_await world.rides().announce(
        events::ride_cancelled, request,
        ended_ride(request, quitter, domain::ride::CancelledBy::driver));
    const auto match = co_await world.asked(other);
    EXPECT_FALSE(co_await world.is_asked(quitter));
    EXPECT_THAT(co_await world.announced(events::request_reopened), SizeIs(1));
    EXPECT_EQ(co_await world.count("driver_slots where held_by is null"), 1);
    EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, other, {match})), "ok");
    const auto view = co_await world.call(operations::get_request, passenger, {request});
    EXPECT_EQ(view->driver->driver_id, other);
  });
}

TEST(MatchSearch, EndsAMatchOfWhichNoRideComes) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(100));
    const auto passenger = world.new_id<domain::UserId>();
    const auto request = co_await world.match(passenger, driver);
    const auto accepted = (co_await world.announced(events::match_accepted)).at(0);
    contracts::RideRefused refused{.ride_id = request,
                                   .match_id = world.new_id<domain::MatchId>(),
                                   .driver_id = driver,
                                   .reason = UnfulfilledReason::vehicle_not_offered};
    co_await world.rides().announce(events::ride_refused, request, refused);  // Of another match.
    refused.match_id = accepted.match_id;
    for (int i = 0; i < 2; ++i) {
      co_await world.rides().announce(events::ride_refused, request, refused);
    }
    co_await world.reaches(request, RequestState::unfulfilled);
    const auto view = (co_await world.call(operations::get_request, passenger, {request})).value();
    EXPECT_EQ(view.reason, UnfulfilledReason::vehicle_not_offered);
    EXPECT_FALSE(view.driver);
    EXPECT_EQ(co_await world.count("driver_slots where held_by is null"), 1);
    co_await world.until("all were heard", [&]() -> awaitable<bool> {
      co_return co_await world.count(
          "consumer_positions where producer = 'rides' and position = 3") == 1;
    });
    const auto told = co_await world.announced(events::request_unfulfilled);
    EXPECT_THAT(told, SizeIs(1));
    EXPECT_EQ(told.at(0).request.reason, UnfulfilledReason::vehicle_not_offered);
    co_await world.match(passenger, driver);  // Both may go on at once.
  });
}

TEST(MatchSearch, FreesBothSidesWhenTheRideEnds) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(100));
    const auto passenger = world.new_id<domain::UserId>();
    const auto ridden = co_await world.match(passenger, driver);
    co_await world.rides().announce(events::ride_completed, ridden, ended_ride(ridden, driver));
    co_await world.reaches(ridden, RequestState::closed);

    const auto missed = co_await world.match(passenger, driver);
    co_await world.rides().announce(events::ride_cancelled, missed,
                                    ended_ride(missed, driver, domain::ride::CancelledBy::no_show));
    co_await world.reaches(missed, RequestState::closed);
    EXPECT_EQ(co_await world.count("driver_slots where held_by is not null"), 0);
    EXPECT_THAT(co_await world.announced(events::request_closed), SizeIs(2));
  });
}

}  // namespace
}  // namespace services::match
