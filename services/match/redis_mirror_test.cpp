/// The copies in Redis as their readers find them.

#include "services/match/redis_mirror.hpp"

#include <algorithm>
#include <utility>

#include <gmock/gmock.h>

#include "platform/stack/stack.hpp"
#include "services/match/world_test.hpp"
#include "tests/support/stack_fixture.hpp"

namespace services::match {
namespace {

namespace operations = contracts::operations;
using platform::redis::Reply;

/// Redis is dead until it is revived, at the latest when the test ends.
class RedisOutage {
 public:
  RedisOutage() { tests::support::shared_stack().kill(platform::stack::Server::redis); }
  ~RedisOutage() { end(); }
  void end() {
    if (!std::exchange(over_, true)) {
      tests::support::shared_stack().start(platform::stack::Server::redis);
    }
  }

 private:
  bool over_ = false;
};

awaitable<std::vector<std::string>> elements(World& world, platform::redis::Command command) {
  const auto reply = co_await world.redis().command(std::move(command));
  std::vector<std::string> texts;
  for (const auto& element : reply.elements()) texts.push_back(element.text());
  co_return texts;
}

awaitable<void> until_complete(World& world) {
  const MirrorKeys keys{world.redis()};
  co_await world.until("the copies are complete", [&]() -> awaitable<bool> {
    try {
      const auto state = co_await world.redis().command({"GET", keys.mirror()});
      co_return state.maybe_text() == mirror_ready;
    } catch (const platform::redis::Unavailable&) {
      co_return false;
    }
  });
}

awaitable<void> until_free(World& world, const Zone& zone, std::vector<domain::DriverId> drivers) {
  const MirrorKeys keys{world.redis()};
  std::vector<std::string> expected;
  for (const auto& driver : drivers) expected.push_back(driver.text());
  co_await world.until("the copy has the free drivers", [&]() -> awaitable<bool> {
    auto found = co_await elements(world, {"ZRANGE", keys.drivers(zone), "0", "-1"});
    std::ranges::sort(found);
    std::ranges::sort(expected);
    co_return found == expected;
  });
}

TEST(RedisMirror, FollowsTheTables) {
  tell([](World& world) -> awaitable<void> {
    const Zones zones{{}};
    const MirrorKeys keys{world.redis()};
    const auto near = co_await world.add_driver(north(300));
    const auto far = co_await world.add_driver(north(800));
    co_await until_free(world, zones.city(), {near, far});
    const auto request = co_await world.request(world.new_id<domain::UserId>());
    const auto match = co_await world.asked(near);
    co_await until_free(world, zones.city(), {far});
    co_await world.until("the request is in the list", [&]() -> awaitable<bool> {
      co_return co_await elements(world, {"LRANGE", keys.waiting(zones.city()), "0", "-1"}) ==
          std::vector{request.text()};
    });
    co_await world.until("the proposal is in the set", [&]() -> awaitable<bool> {
      co_return co_await elements(world, {"ZRANGE", keys.proposals(), "0", "-1"}) ==
          std::vector{match.text()};
    });
    co_await world.call(operations::accept_proposal, near, {match});
    co_await world.until("nobody waits", [&]() -> awaitable<bool> {
      const auto left =
          co_await world.redis().command({"EXISTS", keys.waiting(zones.city()), keys.proposals()});
      co_return left.integer() == 0;
    });
  });
}

TEST(RedisMirror, PutsDriversIntoTheZoneWhereTheyAre) {
  auto config = quick_config();
  config.zones = {{"centre", {zone_cell(pickup)}}};
  tell(
      [](World& world) -> awaitable<void> {
        const Zones zones{{{"centre", {zone_cell(pickup)}}}};
        const auto inside = co_await world.add_driver(pickup);
        const auto outside = co_await world.add_driver(north(20'000));
        co_await until_free(world, zones.zone_of(pickup), {inside});
        co_await until_free(world, zones.city(), {outside});
      },
      config);
}

TEST(RedisMirror, HealsAfterAFlush) {
  tell([](World& world) -> awaitable<void> {
    const Zones zones{{}};
    const auto driver = co_await world.add_driver(north(300));
    co_await until_complete(world);
    co_await until_free(world, zones.city(), {driver});
    co_await world.redis().command({"FLUSHALL"});
    co_await until_complete(world);
    co_await until_free(world, zones.city(), {driver});
  });
}

TEST(RedisMirror, IsMissedByNobody) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(300));
    co_await until_complete(world);
    RedisOutage outage;
    const contracts::FindNearbyDrivers question{.latitude = pickup.latitude,
                                                .longitude = pickup.longitude};
    const auto passenger = world.new_id<domain::UserId>();
    const auto shown = co_await world.call(operations::find_nearby_drivers, passenger, question);
    EXPECT_EQ(shown.value().drivers.size(), 1U);
    const auto request = co_await world.request(passenger);
    const auto match = co_await world.asked(driver);
    co_await world.call(operations::accept_proposal, driver, {match});
    co_await world.reaches(request, domain::match::RequestState::matched);
    outage.end();
    co_await until_complete(world);
  });
}

}  // namespace
}  // namespace services::match
