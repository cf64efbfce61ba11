/// Who may be asked, and who is shown.

#include <gmock/gmock.h>

#include "services/match/world_test.hpp"

namespace services::match {
namespace {

namespace events = contracts::events;
namespace operations = contracts::operations;
using testing::SizeIs;

TEST(MatchDrivers, WithdrawsAProposalWhenTheBeaconGoesOff) {
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

TEST(MatchDrivers, SwitchesOffWhoIsSuspended) {
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

TEST(MatchDrivers, NeverMakesAPassengerHisOwnDriver) {
  tell([](World& world) -> awaitable<void> {
    const auto self = co_await world.add_driver(pickup);
    const auto other = co_await world.add_driver(north(900));
    co_await world.request(self);
    co_await world.asked(other);
    EXPECT_FALSE(co_await world.is_asked(self));
  });
}

TEST(MatchDrivers, KeepsADriverWhoRidesOutOfThePool) {
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

TEST(MatchDrivers, RefusesARideToWhoeverDrives) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = co_await world.add_driver(north(100));
    co_await world.match(world.new_id<domain::UserId>(), driver);
    const auto refused = co_await world.call(
        operations::create_request, driver,
        {.pickup = contracts::place_at(pickup), .destination = contracts::place_at(destination)});
    EXPECT_EQ(code_of(refused), "driver_busy");
  });
}

TEST(MatchDrivers, ShowsFreeDriversWithoutTellingWho) {
  tell([](World& world) -> awaitable<void> {
    const auto viewer = co_await world.add_driver(pickup);
    const auto driver = co_await world.add_driver(north(333));
    const contracts::FindNearbyDrivers question{.latitude = pickup.latitude,
                                                .longitude = pickup.longitude};
    contracts::NearbyDriver shown;
    co_await world.until("one other driver is on the map", [&]() -> awaitable<bool> {
      const auto answer = co_await world.call(operations::find_nearby_drivers, viewer, question);
      if (answer->drivers.size() == 1) shown = answer->drivers.front();
      co_return answer->drivers.size() == 1;
    });
    expect_rounded({shown.latitude, shown.longitude, {}}, north(333));
    co_await world.set_beacon(viewer, false);
    co_await world.match(world.new_id<domain::UserId>(), driver);
    co_await world.until("who drives is no longer shown", [&]() -> awaitable<bool> {
      const auto none = co_await world.call(operations::find_nearby_drivers, viewer, question);
      co_return none->drivers.empty();
    });
  });
}

}  // namespace
}  // namespace services::match
