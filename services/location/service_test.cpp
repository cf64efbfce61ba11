#include "services/location/service.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "domain/geo/grid.hpp"
#include "services/location/world_test.hpp"

namespace services::location {
namespace {

using namespace std::chrono_literals;
namespace events = contracts::events;
using platform::stack::Server;

/// A server that stands still until this ends.
class Pause {
 public:
  Pause(World& world, Server server) : world_(world), server_(server) {
    world_.stack().pause(server_);
  }
  ~Pause() { world_.stack().resume(server_); }
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;

 private:
  World& world_;
  Server server_;
};

awaitable<void> is_found(World& world, const Phone& driver) {
  return world.until("the driver is found", [&world, driver]() -> awaitable<bool> {
    co_return co_await world.finds(driver.user);
  });
}

awaitable<void> is_lost(World& world, const Phone& driver) {
  return world.until("the driver is found no more", [&world, driver]() -> awaitable<bool> {
    co_return !co_await world.finds(driver.user);
  });
}

awaitable<void> rows(World& world, std::string from, std::int64_t expected) {
  return world.until(from, [&world, from, expected]() -> awaitable<bool> {
    co_return co_await world.count(from) == expected;
  });
}

awaitable<void> are_in_redis(World& world, std::int64_t drivers) {
  return world.until("Redis has the drivers", [&world, drivers]() -> awaitable<bool> {
    co_return co_await world.drivers_in_redis() == drivers;
  });
}

std::string trip_in(const TestRide& ride, const std::string& state) {
  return "trip_meters where ride_id = '" + ride.ride_id.text() + "' and state = '" + state + "'";
}

/// A ride that is under way since the phone's tenth position.
awaitable<TestRide> begin(World& world) {
  const auto ride = world.new_ride();
  co_await world.announce(events::ride_matched, ride);
  co_await world.announce(events::ride_driver_arrived, ride);
  co_await world.announce(events::ride_started, ride, 10);
  co_return ride;
}

// The map.

TEST(Map, ADriverIsFoundWhereHeIs) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = world.new_driver();
    world.report(driver, {fix_at(north(500), world.now(), 1)});
    co_await is_found(world, driver);
    world.report(driver, {fix_at(north(510), world.now(), 2)});
    co_await world.until("he has moved", [&]() -> awaitable<bool> {
      const auto found = co_await world.find_drivers();
      co_return found.drivers.at(0).metres > 505;
    });
    EXPECT_TRUE((co_await world.find_drivers(300)).drivers.empty());
    EXPECT_TRUE((co_await world.find_drivers(5'000, domain::VehicleType::car)).drivers.empty());
  });
}

TEST(Map, KnowsWherePassengersAre) {
  tell([](World& world) -> awaitable<void> {
    const auto passenger = world.new_passenger();
    world.report(passenger, {fix_at(north(20), world.now(), 1)});
    co_await world.until("the passenger is known", [&]() -> awaitable<bool> {
      co_return (co_await world.where_is({passenger.user})).positions.size() == 1;
    });
    EXPECT_FALSE(co_await world.finds(passenger.user));
  });
}

TEST(Map, ASilentDriverDisappearsEverywhere) {
  auto config = quick_config();
  config.staleness_ms = 700ms;
  tell(
      [](World& world) -> awaitable<void> {
        const auto driver = world.new_driver();
        world.report(driver, {fix_at(north(500), world.now(), 1)});
        co_await is_found(world, driver);
        co_await are_in_redis(world, 1);
        co_await is_lost(world, driver);
        EXPECT_TRUE((co_await world.where_is({driver.user})).positions.empty());
        co_await are_in_redis(world, 0);
      },
      config);
}

TEST(Map, AnsweredByAnInstanceThatHasJustStarted) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = world.new_driver();
    world.report(driver, {fix_at(north(500), world.now(), 1)});
    co_await are_in_redis(world, 1);
    co_await world.stop_one();
    co_await world.start();
    co_await is_found(world, driver);
    EXPECT_NEAR((co_await world.find_drivers()).drivers.at(0).metres, 500, 1);
  });
}

// The copy in Redis.

TEST(RedisMap, ADriverIsInOneCellOnly) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = world.new_driver();
    const auto border = domain::geo::cell_at(monas, 5).bounds().north_east.latitude;
    std::vector<std::string> before;
    for (int hop = 1; hop <= 4; ++hop) {
      const auto latitude = border + (hop % 2 == 0 ? 0.0005 : -0.0005);
      const auto at = world.now() - 50s + std::chrono::seconds{hop * 10};
      world.report(driver, {fix_at({latitude, monas.longitude}, at, hop)});
      co_await world.until("he is in another cell, and in no other", [&]() -> awaitable<bool> {
        const auto now_in = co_await world.geo_sets();
        co_return now_in.size() == 1 && now_in != before;
      });
      before = co_await world.geo_sets();
    }
  });
}

TEST(RedisMap, IsWrittenAnewWhenItIsLost) {
  tell([](World& world) -> awaitable<void> {
    for (int count = 0; count < 40; ++count) {
      world.report(world.new_driver(), {fix_at(north(count * 100), world.now(), 1)});
    }
    co_await are_in_redis(world, 40);
    co_await world.redis().command({"FLUSHALL"});
    co_await are_in_redis(world, 40);
  });
}

TEST(RedisMap, NobodyWaitsForIt) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = world.new_driver();
    const auto ride = co_await begin(world);
    {
      const Pause pause{world, Server::redis};
      world.report(driver, {fix_at(north(500), world.now(), 1)});
      co_await is_found(world, driver);
      world.drive(ride.driver, 1, 30);
      co_await rows(world, "trip_meters where metres > 199", 1);
    }
    co_await are_in_redis(world, 2);
  });
}

// History.

TEST(History, KeepsWhatIsTrueAndOnce) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = world.new_driver();
    world.drive(driver, 1, 10);
    world.drive(driver, 5, 12);
    world.report(driver, {fix_at(north(90'000), world.now(), 13)});
    world.report(world.new_passenger(), {fix_at(north(0), world.now(), 1)});
    co_await rows(world, "locations", 13);
    EXPECT_EQ(co_await world.count("locations where latitude > -6"), 0);
  });
}

TEST(History, IsToldToItsOwnerPageByPage) {
  tell([](World& world) -> awaitable<void> {
    constexpr int fixes = 23;
    const auto driver = world.new_driver();
    const auto another = world.new_driver();
    world.drive(driver, 1, fixes);  // In one batch, received at one moment.
    world.drive(another, 1, fixes);
    co_await rows(world, "locations", 2 * fixes);
    std::vector<double> told;
    std::optional<std::string> after;
    do {
      const auto page = co_await world.history_of(driver.user, after, 5);
      for (const auto& each : page.records.positions) told.push_back(each.latitude);
      after = page.next;
    } while (after);
    EXPECT_EQ(told.size(), fixes);
    EXPECT_TRUE(std::ranges::is_sorted(told, std::greater{})) << "he drove north";
  });
}

TEST(History, WaitsForPostgres) {
  tell([](World& world) -> awaitable<void> {
    const auto driver = world.new_driver();
    world.drive(driver, 1, 10);
    co_await rows(world, "locations", 10);
    {
      const Pause pause{world, Server::postgres};
      world.drive(driver, 11, 20);
      co_await world.until("the positions are taken in", [&]() -> awaitable<bool> {
        const auto found = co_await world.find_drivers();
        co_return found.drivers.at(0).metres > 195;
      });
    }
    co_await world.until("all are written", [&]() -> awaitable<bool> {
      co_return co_await world.count("(select distinct sequence from locations) as s") == 20;
    });
  });
}

TEST(History, HasItsPartitionsAheadAndDropsTheOld) {
  tell([](World& world) -> awaitable<void> {
    constexpr auto partitions = "pg_inherits where inhparent = 'locations'::regclass";
    co_await rows(world, partitions, 4);
    co_await world.stop_one();
    co_await world.run_statement("select create_locations_partition('2020-01-01')");
    co_await world.start();
    co_await rows(world, "pg_class where relname = 'locations_20200101'", 0);
    co_await rows(world, partitions, 4);
  });
}

// Trips.

TEST(Trips, AreMeasuredFromStartToEnd) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = world.new_ride();
    co_await world.announce(events::ride_matched, ride);
    world.drive(ride.driver, 1, 10);  // The approach, which nobody pays.
    co_await world.announce(events::ride_started, ride, 10);
    world.drive(ride.driver, 21, 30);
    world.drive(ride.driver, 11, 25);
    world.drive(ride.driver, 11, 20);
    world.drive(world.new_driver(), 11, 90);  // Somebody else, who numbers his as he likes.
    world.drive(ride.driver, 31, 40);         // On to the next passenger.
    co_await world.announce(events::ride_completed, ride, 10, 30);
    const auto metered = co_await world.metered(ride.ride_id);
    EXPECT_NEAR(metered.metres, 200, 0.5);
    EXPECT_EQ(metered.metered_through, 30);
    EXPECT_EQ(metered.flagged, 0);
    EXPECT_TRUE(metered.complete);
    co_await rows(world, trip_in(ride, "closed"), 1);
    co_await world.until("the phone may forget them", [&] {
      return !world.readings().empty() && world.readings().back().metered_through == 30;
    });
    EXPECT_EQ(world.readings().back().passenger_id, ride.passenger);
  });
}

TEST(Trips, AreMeasuredFromWhatAPhoneSendsLate) {
  tell([](World& world) -> awaitable<void> {
    world.drive_in_the_past(10min);
    const auto ride = co_await begin(world);
    world.drive(ride.driver, 1, 20);
    co_await rows(world, "trip_meters where last_sequence = 20", 1);
    co_await world.announce(events::ride_completed, ride, 10, 300);
    co_await rows(world, trip_in(ride, "ending"), 1);
    world.drive(ride.driver, 15, 150);
    world.drive(ride.driver, 150, 300);
    const auto metered = co_await world.metered(ride.ride_id);
    EXPECT_NEAR(metered.metres, 2'900, 1);
    EXPECT_TRUE(metered.complete);
    EXPECT_FALSE(co_await world.finds(ride.driver.user));
  });
}

TEST(Trips, EndWithoutTheLastPositionsAfterAWhile) {
  auto config = quick_config();
  config.meter_final_after_ms = 500ms;
  tell(
      [](World& world) -> awaitable<void> {
        const auto ride = co_await begin(world);
        world.drive(ride.driver, 1, 20);
        co_await rows(world, "trip_meters where last_sequence = 20", 1);
        co_await world.announce(events::ride_completed, ride, 10, 30);
        const auto metered = co_await world.metered(ride.ride_id);
        EXPECT_NEAR(metered.metres, 100, 0.5);
        EXPECT_EQ(metered.metered_through, 20);
        EXPECT_FALSE(metered.complete);
      },
      config);
}

TEST(Trips, AreNotMeasuredWhenTheRideIsCancelled) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await begin(world);
    co_await rows(world, trip_in(ride, "open"), 1);
    co_await world.announce(events::ride_cancelled, ride);
    co_await rows(world, trip_in(ride, "closed"), 1);
    EXPECT_EQ(co_await world.count("outbox"), 0);
  });
}

TEST(Trips, GoOnWhenAnInstanceDies) {
  tell([](World& world) -> awaitable<void> {
    co_await world.start();
    constexpr auto owners =
        "(select distinct owner from leases where name like 'location.shards.%') as o";
    co_await rows(world, owners, 2);
    std::vector<TestRide> rides;
    for (int count = 0; count < 8; ++count) rides.push_back(co_await begin(world));
    for (const auto& ride : rides) world.drive(ride.driver, 1, 20);
    co_await rows(world, "trip_meters where last_sequence = 20", 8);
    co_await world.cut_off_one();
    for (const auto& ride : rides) {
      world.drive(ride.driver, 21, 30);
      co_await world.announce(events::ride_completed, ride, 10, 30);
    }
    for (const auto& ride : rides) {
      const auto metered = co_await world.metered(ride.ride_id);
      EXPECT_NEAR(metered.metres, 200, 0.5);
      EXPECT_TRUE(metered.complete);
    }
  });
}

// What passengers see.

TEST(Followers, SeeTheirDriverFromTheMatchToTheEnd) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = world.new_ride();
    const auto& frames = world.frames_to(ride.passenger);
    co_await world.announce(events::ride_matched, ride);
    std::int64_t sequence = 0;
    co_await world.until("the passenger sees him", [&] {
      ++sequence;
      world.report(ride.driver, {fix_at(north(100), world.now(), sequence)});
      return !frames.empty();
    });
    EXPECT_EQ(frames.back().slot, "driver");
    EXPECT_EQ(frames.back().frame.type, contracts::frames::driver_position);
    const auto shown =
        base::json::decode<contracts::DriverPosition>(*frames.back().frame.data).value();
    EXPECT_EQ(shown.ride_id, ride.ride_id);
    EXPECT_NEAR(shown.latitude, north(100).latitude, 1e-9);
    co_await world.announce(events::ride_started, ride, sequence);
    co_await world.announce(events::ride_completed, ride, sequence, sequence);
    co_await rows(world, "tracked_rides", 0);
  });
}

TEST(Followers, SeeTheNewDriverAfterANewMatch) {
  tell([](World& world) -> awaitable<void> {
    auto ride = world.new_ride();
    const auto& frames = world.frames_to(ride.passenger);
    co_await world.announce(events::ride_matched, ride);
    co_await world.announce(events::ride_cancelled, ride);
    const auto first_driver = ride.driver;
    ride.driver = world.new_driver();
    co_await world.announce(events::ride_matched, ride);
    co_await rows(world, "tracked_rides where driver_id = '" + ride.driver.user.text() + "'", 1);
    std::int64_t sequence = 0;
    co_await world.until("the passenger sees the second", [&] {
      ++sequence;
      world.report(first_driver, {fix_at(north(100), world.now(), sequence)});
      world.report(ride.driver, {fix_at(north(300), world.now(), sequence)});
      return !frames.empty() && frames.back().frame.data->at("latitude") == north(300).latitude;
    });
  });
}

// Before they are used.

TEST(LocationConfig, SaysWhatDoesNotFitTogether) {
  LocationConfig config;
  EXPECT_TRUE(validate(config).empty());
  config.suspicious_above_kmh = 2'000;
  config.trail_ms = 1'000ms;
  EXPECT_EQ(validate(config).size(), 2U);
}

}  // namespace
}  // namespace services::location
