/// The service as its users meet it: commands over NATS, events of others, time that passes.

#include "services/match/service.hpp"

#include <set>

#include <gmock/gmock.h>

#include "platform/runtime/deadline.hpp"
#include "services/match/world_test.hpp"

namespace services::match {
namespace {

using namespace std::chrono_literals;
namespace events = contracts::events;
namespace operations = contracts::operations;
using domain::match::PolicyName;
using domain::match::ProposalState;
using domain::match::RequestState;
using testing::SizeIs;

std::string code_of(const auto& answer) { return answer ? "ok" : answer.error(); }

void expect_rounded(const contracts::Place& shown, domain::geo::Point exact) {
  const auto rounded = domain::geo::rounded_to_100_m(exact);
  EXPECT_DOUBLE_EQ(shown.latitude, rounded.latitude);
  EXPECT_DOUBLE_EQ(shown.longitude, rounded.longitude);
  EXPECT_EQ(shown.label, std::nullopt);
}

contracts::RideChanged ride(domain::RequestId id, domain::DriverId driver,
                            domain::ride::RideState state) {
  contracts::RideChanged event;
  event.ride.ride_id = id;
  event.ride.driver.driver_id = driver;
  event.ride.state = state;
  event.ride.pickup = contracts::place_at(pickup);
  event.ride.destination = contracts::place_at(destination);
  return event;
}

contracts::RideChanged cancelled_ride(domain::RequestId id, domain::DriverId driver,
                                      domain::ride::CancelledBy by) {
  auto event = ride(id, driver, domain::ride::RideState::cancelled);
  event.ride.cancellation = contracts::Cancellation{.by = by, .reason = {}, .fee = {}};
  return event;
}

/// A request that `driver`, the only one around, has accepted.
awaitable<domain::RequestId> matched(World& world, domain::UserId passenger,
                                     domain::DriverId driver) {
  const auto request = co_await world.request(passenger);
  const auto accepted = co_await world.call(operations::accept_proposal, driver,
                                            {.match_id = co_await world.asked(driver)});
  EXPECT_EQ(code_of(accepted), "ok");
  co_return request;
}

/// As a phone does: who is told to come again comes again, a little later.
awaitable<std::string> accept_patiently(World& world, domain::DriverId driver,
                                        domain::MatchId match) {
  for (;;) {
    const auto answer = co_await world.call(operations::accept_proposal, driver, {match});
    if (code_of(answer) != "unavailable") co_return code_of(answer);
    co_await platform::runtime::sleep_for(500ms);
  }
}

MatchConfig broadcast(std::size_t at_once) {
  auto config = quick_config();
  config.policy = PolicyName::broadcast;
  config.broadcast_to = at_once;
  return config;
}

TEST(MatchService, AsksTheNearestDriverWhoAccepts) {
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

TEST(MatchService, ShowsAPickupOnlyToWhoAccepts) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(300));
    const auto request = co_await matched(world, world.new_id<domain::UserId>(), driver);
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

TEST(MatchService, GoesOnToTheNextAfterADecline) {
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

TEST(MatchService, GoesOnToTheNextAfterSilence) {
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

TEST(MatchService, GivesUpWhenNobodyIsFound) {
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

TEST(MatchService, LetsTheOthersGoWhenTheFirstAccepts) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto first = co_await world.add_driver(north(100));
        const auto second = co_await world.add_driver(north(200));
        const auto third = co_await world.add_driver(north(300));
        co_await world.request(world.new_id<domain::UserId>());
        const auto to_second = co_await world.asked(second);
        const auto to_third = co_await world.asked(third);
        co_await world.asked(first);
        EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, second, {to_second})),
                  "ok");
        EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, third, {to_third})),
                  "already_matched");
        EXPECT_EQ(co_await world.count("driver_slots where held_by is not null"), 1);
        EXPECT_EQ(co_await world.count("matches where state = 'withdrawn'"), 2);
        EXPECT_THAT(co_await world.announced(events::proposal_closed), SizeIs(3));
      },
      broadcast(3));
}

TEST(MatchService, HasOneWinnerAmongManyWhoAcceptAtOnce) {
  constexpr int drivers_count = 50;
  constexpr int tries_each = 20;
  tell(
      [](World& world) -> awaitable<void> {
        std::vector<domain::DriverId> drivers;
        for (int i = 0; i < drivers_count; ++i) {
          drivers.push_back(co_await world.add_driver(north(100 + i)));
        }
        co_await world.request(world.new_id<domain::UserId>());
        std::vector<domain::MatchId> matches;
        for (const auto& driver : drivers) matches.push_back(co_await world.asked(driver));
        std::multiset<std::string> outcomes;
        co_await world.at_once(drivers_count * tries_each, [&](int i) -> awaitable<void> {
          const auto mine = static_cast<std::size_t>(i % drivers_count);
          outcomes.insert(co_await accept_patiently(world, drivers[mine], matches[mine]));
        });
        EXPECT_EQ(outcomes.count("ok"), 1U);
        EXPECT_EQ(outcomes.count("ok") + outcomes.count("already_matched"), outcomes.size());
        EXPECT_EQ(co_await world.count("matches where state = 'accepted'"), 1);
        EXPECT_EQ(co_await world.count("driver_slots where held_by is not null"), 1);
        EXPECT_THAT(co_await world.announced(events::match_accepted), SizeIs(1));
      },
      broadcast(drivers_count));
}

TEST(MatchService, PromisesADriverToOneOfManyPassengers) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto driver = co_await world.add_driver(north(300));
        std::vector<domain::RequestId> requests;
        for (int i = 0; i < 10; ++i) {
          requests.push_back(co_await world.request(world.new_id<domain::UserId>()));
        }
        const auto match = co_await world.asked(driver);
        EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, driver, {match})), "ok");
        EXPECT_THAT(co_await world.announced(events::proposal_made), SizeIs(1));
        EXPECT_EQ(co_await world.count("match_requests where state = 'waiting'"), 9);
        EXPECT_EQ(co_await world.count("match_requests where state = 'matched'"), 1);
      },
      broadcast(5));
}

TEST(MatchService, CancelsASearchAtEveryMoment) {
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

    const auto taken = co_await matched(world, passenger, driver);
    EXPECT_EQ(code_of(co_await world.call(operations::cancel_request, passenger, {taken})),
              "already_matched");
  });
}

TEST(MatchService, LetsALateDriverMeetWhoWaits) {
  tell([](World& world) -> awaitable<void> {
    const auto request = co_await world.request(world.new_id<domain::UserId>());
    const auto driver = co_await world.add_driver(north(300));
    const auto match = co_await world.asked(driver);
    EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, driver, {match})), "ok");
    co_await world.reaches(request, RequestState::matched);
  });
}

TEST(MatchService, LooksFartherAsTimePasses) {
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

TEST(MatchService, SearchesAgainWhenTheDriverCancels) {
  tell([](World& world) -> awaitable<void> {
    const auto quitter = co_await world.add_driver(north(100));
    const auto passenger = world.new_id<domain::UserId>();
    const auto request = co_await matched(world, passenger, quitter);
    const auto other = co_await world.add_driver(north(900));
    co_await world.rides().announce(
        events::ride_cancelled, request,
        cancelled_ride(request, quitter, domain::ride::CancelledBy::driver));
    const auto match = co_await world.asked(other);
    EXPECT_FALSE(co_await world.is_asked(quitter));
    EXPECT_THAT(co_await world.announced(events::request_reopened), SizeIs(1));
    EXPECT_EQ(co_await world.count("driver_slots where held_by is null"), 1);
    EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, other, {match})), "ok");
    const auto view = co_await world.call(operations::get_request, passenger, {request});
    EXPECT_EQ(view->driver->driver_id, other);
  });
}

TEST(MatchService, FreesBothSidesWhenTheRideEnds) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(100));
    const auto passenger = world.new_id<domain::UserId>();
    const auto ridden = co_await matched(world, passenger, driver);
    co_await world.rides().announce(events::ride_completed, ridden,
                                    ride(ridden, driver, domain::ride::RideState::completed));
    co_await world.reaches(ridden, RequestState::closed);

    const auto missed = co_await matched(world, passenger, driver);
    co_await world.rides().announce(
        events::ride_cancelled, missed,
        cancelled_ride(missed, driver, domain::ride::CancelledBy::no_show));
    co_await world.reaches(missed, RequestState::closed);
    EXPECT_EQ(co_await world.count("driver_slots where held_by is not null"), 0);
    EXPECT_THAT(co_await world.announced(events::request_closed), SizeIs(2));
  });
}

TEST(MatchService, WithdrawsAProposalWhenTheBeaconGoesOff) {
  tell([](World& world) -> awaitable<void> {
    const auto near = co_await world.add_driver(north(300));
    const auto far = co_await world.add_driver(north(800));
    co_await world.request(world.new_id<domain::UserId>());
    const auto match = co_await world.asked(near);
    co_await world.set_beacon(near, false);
    EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, near, {match})),
              "proposal_closed");
    co_await world.asked(far);
    const auto changes = co_await world.announced(events::beacon_changed);
    EXPECT_THAT(changes, SizeIs(3));
    EXPECT_FALSE(changes.back().on);
  });
}

TEST(MatchService, SwitchesOffWhoIsSuspended) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = world.new_id<domain::DriverId>();
    EXPECT_EQ(code_of(co_await world.call(operations::set_beacon, driver, {.on = true})),
              "driver_not_approved");
    co_await world.users().announce(
        events::driver_changed, driver,
        {.driver = world.card(driver), .status = domain::identity::DriverStatus::approved});
    co_await world.until("the driver is known", [&]() -> awaitable<bool> {
      co_return (co_await world.call(operations::set_beacon, driver, {.on = true})).has_value();
    });
    world.live_map().put(driver, north(100));
    co_await world.request(world.new_id<domain::UserId>());
    const auto match = co_await world.asked(driver);
    co_await world.users().announce(
        events::driver_changed, driver,
        {.driver = world.card(driver), .status = domain::identity::DriverStatus::suspended});
    co_await world.until("the proposal is withdrawn",
                         [&]() -> awaitable<bool> { co_return !co_await world.is_asked(driver); });
    EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, driver, {match})),
              "proposal_closed");
    EXPECT_EQ(code_of(co_await world.call(operations::set_beacon, driver, {.on = true})),
              "driver_suspended");
    EXPECT_EQ(co_await world.count("driver_slots where beacon_on"), 0);
  });
}

TEST(MatchService, NeverMakesAPassengerHisOwnDriver) {
  tell([](World& world) -> awaitable<void> {
    const auto self = co_await world.add_driver(pickup);
    const auto other = co_await world.add_driver(north(900));
    co_await world.request(self);
    co_await world.asked(other);
    EXPECT_FALSE(co_await world.is_asked(self));
  });
}

TEST(MatchService, KeepsADriverWhoRidesOutOfThePool) {
  tell([](World& world) -> awaitable<void> {
    const auto rider = co_await world.add_driver(pickup);
    const auto own = co_await world.request(rider);
    co_await world.request(world.new_id<domain::UserId>());
    const auto driver = co_await world.add_driver(north(900));
    co_await world.asked(driver);
    EXPECT_FALSE(co_await world.is_asked(rider));
    co_await world.call(operations::cancel_request, rider, {own});
    co_await world.asked(rider);  // A driver again.
  });
}

TEST(MatchService, RefusesARideToWhoeverDrives) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(100));
    co_await matched(world, world.new_id<domain::UserId>(), driver);
    const auto refused = co_await world.call(
        operations::create_request, driver,
        {.pickup = contracts::place_at(pickup), .destination = contracts::place_at(destination)});
    EXPECT_EQ(code_of(refused), "driver_busy");
  });
}

TEST(MatchService, OpensOneRequestForAPassengerWhoAsksManyTimes) {
  tell([](World& world) -> awaitable<void> {
    const auto passenger = world.new_id<domain::UserId>();
    const contracts::CreateRequest wish{.pickup = contracts::place_at(pickup),
                                        .destination = contracts::place_at(destination)};
    std::multiset<std::string> outcomes;
    co_await world.at_once(20, [&](int) -> awaitable<void> {
      outcomes.insert(code_of(co_await world.call(operations::create_request, passenger, wish)));
    });
    EXPECT_EQ(outcomes.count("ok"), 1U);
    EXPECT_EQ(outcomes.count("request_already_open"), 19U);
  });
}

TEST(MatchService, AnswersARepeatedKeyAlike) {
  tell([](World& world) -> awaitable<void> {
    const auto passenger = world.new_id<domain::UserId>();
    const auto body = base::json::to_text(contracts::CreateRequest{
        .pickup = contracts::place_at(pickup), .destination = contracts::place_at(destination)});
    const auto first = co_await world.send(operations::create_request, passenger, body, "key-1");
    const auto second = co_await world.send(operations::create_request, passenger, body, "key-1");
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(first.body, second.body);
    EXPECT_EQ(co_await world.count("match_requests"), 1);
  });
}

TEST(MatchService, WaitsWhileLocationIsOutOfReach) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(300));
    world.live_map().close();
    const auto request = co_await world.request(world.new_id<domain::UserId>());
    EXPECT_EQ(
        code_of(co_await world.call(operations::find_nearby_drivers, driver,
                                    {.latitude = pickup.latitude, .longitude = pickup.longitude})),
        "unavailable");
    co_await world.reaches(request, RequestState::waiting);
    EXPECT_FALSE(co_await world.is_asked(driver));
    world.live_map().open();
    co_await world.asked(driver);
  });
}

TEST(MatchService, GoesOnFromTheTablesAfterARestart) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(300));
    const auto first = co_await world.request(world.new_id<domain::UserId>());
    const auto match = co_await world.asked(driver);
    const auto second = co_await world.request(world.new_id<domain::UserId>());
    co_await world.stop_one();
    world.start();
    EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, driver, {match})), "ok");
    co_await world.reaches(first, RequestState::matched);
    const auto late = co_await world.add_driver(north(200));
    const auto other = co_await world.asked(late);
    EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, late, {other})), "ok");
    co_await world.reaches(second, RequestState::matched);
  });
}

TEST(MatchService, HasAnotherInstanceTakeOver) {
  tell([](World& world) -> awaitable<void> {
    world.start();
    const auto driver = co_await world.add_driver(north(300));
    co_await world.request(world.new_id<domain::UserId>());
    const auto match = co_await world.asked(driver);
    co_await world.stop_one();
    EXPECT_EQ(code_of(co_await world.call(operations::decline_proposal, driver, {match})), "ok");
    const auto other = co_await world.add_driver(north(500));
    co_await world.asked(other);
    EXPECT_EQ(co_await world.count("matches"), 2);
  });
}

TEST(MatchService, ShowsFreeDriversWithoutTellingWho) {
  tell([](World& world) -> awaitable<void> {
    const auto viewer = co_await world.add_driver(pickup);
    const auto driver = co_await world.add_driver(north(333));
    const contracts::FindNearbyDrivers question{.latitude = pickup.latitude,
                                                .longitude = pickup.longitude};
    co_await world.until("one other driver is on the map", [&]() -> awaitable<bool> {
      const auto answer = co_await world.call(operations::find_nearby_drivers, viewer, question);
      co_return answer->drivers.size() == 1;
    });
    const auto answer = co_await world.call(operations::find_nearby_drivers, viewer, question);
    const auto& shown = answer->drivers[0];
    expect_rounded({shown.latitude, shown.longitude, {}}, north(333));
    co_await world.set_beacon(viewer, false);
    co_await matched(world, world.new_id<domain::UserId>(), driver);
    co_await world.until("who drives is no longer shown", [&]() -> awaitable<bool> {
      const auto none = co_await world.call(operations::find_nearby_drivers, viewer, question);
      co_return none->drivers.empty();
    });
  });
}

TEST(MatchService, DispatchesEachZoneByItself) {
  auto config = quick_config();
  config.zones = {{"centre", {zone_cell(pickup)}}};
  tell(
      [](World& world) -> awaitable<void> {
        const auto driver = co_await world.add_driver(north(300));
        co_await matched(world, world.new_id<domain::UserId>(), driver);
        EXPECT_EQ(co_await world.count("leases where name like 'dispatch.%'"), 2);
      },
      config);
}

}  // namespace
}  // namespace services::match
