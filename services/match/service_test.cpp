/// Instances that come and go, and what they do without the others.

#include "services/match/service.hpp"

#include <gmock/gmock.h>

#include "services/match/world_test.hpp"

namespace services::match {
namespace {

namespace operations = contracts::operations;
using domain::match::RequestState;

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

TEST(MatchService, DispatchesEachZoneByItself) {
  auto config = quick_config();
  config.zones = {{"centre", {zone_cell(pickup)}}};
  tell(
      [](World& world) -> awaitable<void> {
        const auto driver = co_await world.add_driver(north(300));
        co_await world.match(world.new_id<domain::UserId>(), driver);
        EXPECT_EQ(co_await world.count("leases where name like 'dispatch.%'"), 2);
      },
      config);
}

}  // namespace
}  // namespace services::match
