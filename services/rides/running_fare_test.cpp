// What is shown or reported beside the commands: the running fare, and fares that don't come.

#include <vector>

#include <gtest/gtest.h>

#include "contracts/frames.hpp"
#include "contracts/subjects.hpp"
#include "platform/telemetry/metrics.hpp"
#include "services/rides/world_test.hpp"

namespace services::rides {
namespace {

using namespace std::chrono_literals;
namespace frames = contracts::frames;
namespace subjects = contracts::subjects;

/// What a user's phone is shown, frame by frame.
class Screen {
 public:
  Screen(World& world, domain::UserId user)
      : subscription_(world.bus().subscribe(
            subjects::user(user), "", [this](const platform::bus::Message& message) {
              shown_.push_back(base::json::from_text<contracts::UserFrame>(message.data).value());
            })) {}

  /// The data of the newest frame of a type, if there is one.
  template <class Data>
  std::optional<Data> newest(std::string_view type) const {
    std::optional<Data> found;
    for (const auto& [frame, slot] : shown_) {
      if (frame.type == type) found = base::json::decode<Data>(frame.data.value()).value();
    }
    return found;
  }

 private:
  std::vector<contracts::UserFrame> shown_;
  std::unique_ptr<platform::bus::Subscription> subscription_;
};

void read_meter(World& world, domain::RideId ride, double metres, std::int64_t through) {
  const contracts::MeterReading reading{.ride_id = ride,
                                        .driver_id = world.driver,
                                        .passenger_id = world.passenger,
                                        .metres = metres,
                                        .metered_through = through};
  world.bus().publish_signal(std::string{subjects::meters}, base::json::to_text(reading));
}

TEST(RunningFare, IsShownToBothSides) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.in_progress();
    const Screen of_passenger{world, world.passenger};
    const Screen of_driver{world, world.driver};
    co_await world.until("both are shown theirs", [&]() -> awaitable<bool> {
      read_meter(world, ride, 2'500, 130);
      co_return of_passenger.newest<contracts::RunningFare>(frames::running_fare) &&
          of_driver.newest<contracts::RunningFare>(frames::running_fare) &&
          of_driver.newest<contracts::Metered>(frames::metered);
    });
    const auto fare = of_passenger.newest<contracts::RunningFare>(frames::running_fare);
    EXPECT_EQ(fare->ride_id, ride);
    EXPECT_EQ(fare->metres, 2'500);
    EXPECT_EQ(fare->fare.amount, 7'500);
    EXPECT_EQ(of_driver.newest<contracts::Metered>(frames::metered)->metered_through, 130);
    EXPECT_FALSE(of_passenger.newest<contracts::Metered>(frames::metered));
  });
}

TEST(RunningFare, GoesOnWhenItsTariffWasForgotten) {
  RidesConfig config;
  config.running_fares_max = 1;
  tell(
      [](World& world) -> awaitable<void> {
        const auto first = co_await world.completed();
        const auto second = co_await world.in_progress();
        const Screen screen{world, world.passenger};
        for (const auto ride : {first, second, first}) {
          co_await world.until("its fare is shown", [&]() -> awaitable<bool> {
            read_meter(world, ride, 4'000, 130);
            const auto fare = screen.newest<contracts::RunningFare>(frames::running_fare);
            co_return fare && fare->ride_id == ride;
          });
        }
      },
      config);
}

TEST(RunningFare, IsNotShownBeforeTheStart) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.arrived();
    const Screen screen{world, world.driver};
    co_await world.until("the reading has come", [&]() -> awaitable<bool> {
      read_meter(world, ride, 2'500, 130);
      co_return screen.newest<contracts::Metered>(frames::metered).has_value();
    });
    EXPECT_FALSE(screen.newest<contracts::RunningFare>(frames::running_fare));
  });
}

TEST(RunningFare, SurvivesWhatItCantRead) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.in_progress();
    const Screen screen{world, world.passenger};
    world.bus().publish_signal(std::string{subjects::meters}, "no JSON");
    co_await world.until("the fare is shown", [&]() -> awaitable<bool> {
      read_meter(world, ride, -7, 130);
      read_meter(world, ride, 2'500, 130);
      co_return screen.newest<contracts::RunningFare>(frames::running_fare).has_value();
    });
  });
}

TEST(FareWatch, CountsRidesWhoseFareDoesNotCome) {
  RidesConfig config;
  config.unmetered_after_ms = 100ms;
  config.unmetered_check_ms = 100ms;
  tell(
      [](World& world) -> awaitable<void> {
        const auto counted = [](const char* number) {
          return platform::telemetry::metrics_text().find(
                     std::string{"nebengjek_unmetered_rides "} + number) != std::string::npos;
        };
        const auto ride = co_await world.completed();
        co_await world.until("it is counted", [&]() -> awaitable<bool> { co_return counted("1"); });
        co_await world.announce_metered(ride, 1'000);
        co_await world.until("it is counted no more",
                             [&]() -> awaitable<bool> { co_return counted("0"); });
      },
      config);
}

}  // namespace
}  // namespace services::rides
