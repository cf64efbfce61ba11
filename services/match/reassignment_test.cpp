// A ride that an operator gives to another driver: who is held by it, whatever comes in between.
// And what else operators and passengers ask of match.

#include <gmock/gmock.h>

#include "services/binding/wire.hpp"
#include "services/match/world_test.hpp"

namespace services::match {
namespace {

using namespace std::chrono_literals;
namespace events = contracts::events;
namespace operations = contracts::operations;
using domain::match::RequestState;
using domain::ride::CancelledBy;
using domain::ride::RideState;
using testing::SizeIs;

template <class Request, class Answer>
awaitable<std::expected<Answer, std::string>> call_as_staff(
    World& world, const contracts::Operation<Request, Answer>& operation, Request request) {
  const auto answer = co_await binding::forward(world.bus(), operation,
                                                {.caller = {.staff = "night shift"},
                                                 .body = base::json::to_text(request),
                                                 .idempotency_key = {}},
                                                5s);
  if (!answer.ok()) {
    co_return std::unexpected{base::json::from_text<contracts::Problem>(answer.body)->code};
  }
  co_return base::json::from_text<Answer>(answer.body).value();
}

/// Rides, as far as it says how a ride stands.
std::unique_ptr<platform::bus::Subscription> serve_ride(World& world, RideState state) {
  return world.bus().subscribe(
      std::string{operations::look_up_ride.subject}, "rides",
      [&world, state](const platform::bus::Message& message) {
        contracts::StaffRidePage page;
        page.rides.push_back({.ride = {.state = state,
                                       .pickup = contracts::place_at(pickup),
                                       .destination = contracts::place_at(destination)}});
        world.bus().publish(message.reply_to, base::json::to_text(page),
                            binding::headers_of(binding::Answer{.status = 200, .body = {}}));
      });
}

/// A matched ride, and another driver who is free.
struct Scene {
  domain::UserId passenger;
  domain::DriverId first;
  domain::DriverId second;
  domain::RequestId ride;
};

awaitable<Scene> matched(World& world) {
  Scene scene{.passenger = world.new_id<domain::UserId>(),
              .first = co_await world.add_driver(north(100)),
              .second = {},
              .ride = {}};
  scene.ride = co_await world.match(scene.passenger, scene.first);
  scene.second = co_await world.add_driver(north(200));
  co_return scene;
}

awaitable<std::string> reassign(World& world, const Scene& scene, domain::DriverId to) {
  co_return code_of(co_await call_as_staff(
      world, operations::reassign_ride,
      contracts::ReassignRide{.ride_id = scene.ride, .driver_id = to, .reason = "flat tyre"}));
}

awaitable<domain::MatchId> asked_match(World& world) {
  co_return (co_await world.announced(events::match_reassigned)).back().match_id;
}

awaitable<void> say_reassigned(World& world, const Scene& scene) {
  auto change = ended_ride(scene.ride, scene.second);
  change.ride.state = RideState::matched;
  change.previous_driver_id = scene.first;
  co_await world.rides().announce(events::ride_reassigned, scene.ride, change);
}

awaitable<void> say_refused(World& world, const Scene& scene) {
  co_await world.rides().announce(
      events::ride_reassign_refused, scene.ride,
      contracts::ReassignRefused{.ride_id = scene.ride,
                                 .match_id = co_await asked_match(world),
                                 .driver_id = scene.second});
}

awaitable<void> say_cancelled(World& world, const Scene& scene, CancelledBy by) {
  co_await world.rides().announce(events::ride_cancelled, scene.ride,
                                  ended_ride(scene.ride, scene.first, by));
}

awaitable<void> settled(World& world) {
  co_await world.until("rides' answer has come", [&]() -> awaitable<bool> {
    co_return co_await world.count("reassignments where settled_at is null") == 0;
  });
}

std::string holds(domain::DriverId driver, const char* as) {
  return "driver_slots where driver_id = '" + driver.text() + "' and held_as = '" + as + "'";
}

std::string is_free(domain::DriverId driver) {
  return "driver_slots where driver_id = '" + driver.text() + "' and held_by is null";
}

TEST(Reassignment, HoldsBothUntilRidesHasAnswered) {
  tell([](World& world) -> awaitable<void> {
    const auto scene = co_await matched(world);
    const auto ride = serve_ride(world, RideState::matched);
    EXPECT_EQ(co_await reassign(world, scene, scene.second), "ok");
    EXPECT_EQ(co_await world.count(holds(scene.first, "matched")), 1);
    EXPECT_EQ(co_await world.count(holds(scene.second, "reserved")), 1);
    EXPECT_EQ(co_await reassign(world, scene, scene.second), "conflict");

    co_await say_reassigned(world, scene);
    co_await say_reassigned(world, scene);
    co_await settled(world);
    EXPECT_EQ(co_await world.count(is_free(scene.first)), 1);
    EXPECT_EQ(co_await world.count(holds(scene.second, "matched")), 1);
    EXPECT_EQ(co_await world.count("matches where state = 'accepted' and undone_at is null"), 1);
    const auto view = *co_await world.call(operations::get_request, scene.passenger, {scene.ride});
    EXPECT_EQ(view.driver->driver_id, scene.second);
  });
}

TEST(Reassignment, LeavesTheDriverWhereTheRideHasMovedOn) {
  tell([](World& world) -> awaitable<void> {
    const auto scene = co_await matched(world);
    const auto ride = serve_ride(world, RideState::matched);
    EXPECT_EQ(co_await reassign(world, scene, scene.second), "ok");
    co_await say_refused(world, scene);
    co_await settled(world);
    EXPECT_EQ(co_await world.count(holds(scene.first, "matched")), 1);
    EXPECT_EQ(co_await world.count(is_free(scene.second)), 1);
    EXPECT_EQ(co_await reassign(world, scene, scene.second), "ok");  // May be tried again.
  });
}

TEST(Reassignment, IsRefusedForAnyOtherRide) {
  tell([](World& world) -> awaitable<void> {
    const auto scene = co_await matched(world);
    EXPECT_EQ(co_await reassign(world, scene, scene.second), "unavailable");
    for (const auto state : {RideState::arrived, RideState::in_progress, RideState::completed,
                             RideState::paid, RideState::cancelled}) {
      const auto ride = serve_ride(world, state);
      EXPECT_EQ(co_await reassign(world, scene, scene.second), "illegal_transition");
    }
    EXPECT_EQ(co_await world.count(is_free(scene.second)), 1);
  });
}

TEST(Reassignment, IsRefusedForADriverWhoIsNotFree) {
  tell([](World& world) -> awaitable<void> {
    const auto scene = co_await matched(world);
    const auto ride = serve_ride(world, RideState::matched);
    EXPECT_EQ(co_await reassign(world, scene, scene.first), "invalid_value");
    EXPECT_EQ(co_await reassign(world, scene, world.new_id<domain::DriverId>()), "not_found");
    co_await world.set_beacon(scene.second, false);
    EXPECT_EQ(co_await reassign(world, scene, scene.second), "beacon_off");
    co_await world.set_beacon(scene.second, true);
    co_await world.match(world.new_id<domain::UserId>(), scene.second);
    EXPECT_EQ(co_await reassign(world, scene, scene.second), "driver_busy");
  });
}

TEST(Reassignment, FreesBothWhenThePassengerCancelsMeanwhile) {
  tell([](World& world) -> awaitable<void> {
    const auto scene = co_await matched(world);
    const auto ride = serve_ride(world, RideState::matched);
    EXPECT_EQ(co_await reassign(world, scene, scene.second), "ok");
    co_await say_cancelled(world, scene, CancelledBy::passenger);
    co_await world.reaches(scene.ride, RequestState::closed);
    EXPECT_EQ(co_await world.count("driver_slots where held_by is not null"), 0);

    world.live_map().remove(scene.first);  // Who would be asked first.
    const auto next = co_await world.match(world.new_id<domain::UserId>(), scene.second);
    co_await say_refused(world, scene);  // Comes late, and frees nobody else's driver.
    co_await settled(world);
    EXPECT_EQ(co_await world.count("driver_slots where held_by = '" + next.text() + "'"), 1);
  });
}

TEST(Reassignment, KeepsTheReservedDriverForItselfWhenTheDriverCancelsMeanwhile) {
  tell([](World& world) -> awaitable<void> {
    const auto scene = co_await matched(world);
    const auto ride = serve_ride(world, RideState::matched);
    EXPECT_EQ(co_await reassign(world, scene, scene.second), "ok");
    co_await say_cancelled(world, scene, CancelledBy::driver);
    co_await world.reaches(scene.ride, RequestState::waiting);
    EXPECT_EQ(co_await world.count(holds(scene.second, "reserved")), 1);
    co_await say_refused(world, scene);
    co_await settled(world);
    const auto match = co_await world.asked(scene.second);  // Free, he is asked like anybody.
    EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, scene.second, {match})),
              "ok");
  });
}

TEST(Reassignment, PromisesADriverOnceHoweverManyAskForHim) {
  constexpr int rides = 8;
  tell([](World& world) -> awaitable<void> {
    std::vector<Scene> scenes(rides);
    for (auto& scene : scenes) {
      scene.first = co_await world.add_driver(north(100));
      scene.ride = co_await world.match(world.new_id<domain::UserId>(), scene.first);
    }
    const auto wanted = co_await world.add_driver(north(100));
    const auto ride = serve_ride(world, RideState::matched);
    int granted = 0;
    co_await world.at_once(rides, [&](int i) -> awaitable<void> {
      const auto code = co_await reassign(world, scenes[static_cast<std::size_t>(i)], wanted);
      if (code == "ok") ++granted;
    });
    EXPECT_EQ(granted, 1);
    EXPECT_EQ(co_await world.count("reassignments"), 1);
    EXPECT_EQ(co_await world.count(holds(wanted, "reserved")), 1);
  });
}

TEST(DriversCard, ShowsTheMeanOfAllStars) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(100));
    for (const int stars : {5, 4, 4}) {
      const contracts::RideRated rated{.ride_id = world.new_id<domain::RideId>(),
                                       .driver_id = driver,
                                       .by = domain::ride::Side::passenger,
                                       .stars = stars};
      co_await world.rides().announce(events::ride_rated, rated.ride_id, rated);
    }
    co_await world.until("all have been counted", [&]() -> awaitable<bool> {
      co_return co_await world.count("driver_slots where ratings = 3") == 1;
    });
    const auto passenger = world.new_id<domain::UserId>();
    const auto request = co_await world.match(passenger, driver);
    const auto view = *co_await world.call(operations::get_request, passenger, {request});
    EXPECT_EQ(view.driver->rating, 4.3);
    EXPECT_EQ(view.driver->ratings, 3);
  });
}

TEST(RequestHistory, IsThePassengersOwnNewestFirst) {
  tell([](World& world) -> awaitable<void> {
    const auto passenger = world.new_id<domain::UserId>();
    const auto first = co_await world.request(passenger);
    co_await world.call(operations::cancel_request, passenger, {first});
    const auto second = co_await world.request(passenger);
    co_await world.request(world.new_id<domain::UserId>());
    const auto page = *co_await world.call(operations::list_requests, passenger, {.limit = 1});
    EXPECT_THAT(page.requests, SizeIs(1));
    EXPECT_EQ(page.requests.at(0).request_id, second);
    const auto rest =
        *co_await world.call(operations::list_requests, passenger, {.cursor = page.next_cursor});
    EXPECT_THAT(rest.requests, SizeIs(1));
    EXPECT_EQ(rest.requests.at(0).request_id, first);
    EXPECT_FALSE(rest.next_cursor.has_value());
  });
}

TEST(Operators, EndASearchAndTheStorySaysWho) {
  tell([](World& world) -> awaitable<void> {
    const auto passenger = world.new_id<domain::UserId>();
    const auto request = co_await world.request(passenger);
    const contracts::CancelRequestFor cancel{.request_id = request, .reason = "called us"};
    const auto told = co_await call_as_staff(world, operations::cancel_request_for, cancel);
    EXPECT_EQ(told->request.state, RequestState::cancelled);
    EXPECT_EQ(code_of(co_await call_as_staff(world, operations::cancel_request_for, cancel)),
              "request_closed");
    const auto story = *co_await call_as_staff(world, operations::tell_request_story,
                                               contracts::RequestRef{request});
    const auto by_staff = testing::Field(&contracts::StoryEntry::by, "staff:night shift");
    EXPECT_THAT(story.timeline, testing::Contains(by_staff));
    const auto found =
        *co_await call_as_staff(world, operations::search_requests,
                                contracts::SearchRequests{.state = RequestState::cancelled});
    EXPECT_THAT(found.requests, SizeIs(1));
  });
}

}  // namespace
}  // namespace services::match
