// Everybody tries everything at once: concurrent random commands on rides, through the service and
// PostgreSQL. Whatever the order in which they got through, each ride's life is one that a second
// model allows, and everybody who was told "done" finds it done, once.

#include <map>
#include <random>

#include <gmock/gmock.h>

#include "platform/runtime/deadline.hpp"
#include "services/rides/world_test.hpp"

namespace services::rides {
namespace {

namespace operations = contracts::operations;
using platform::postgres::Query;

constexpr std::uint32_t seed = 20'260'302;
constexpr int rides_count = 12;
constexpr int hands = 6;  ///< On each ride at a time.
constexpr int tries_each = 25;

constexpr Query steps_of{"test.steps_of",
                         "SELECT what FROM ride_steps WHERE ride_id = $1 ORDER BY step_id"};

/// Said once more, and otherwise than in domain/ride: what may follow what.
const std::multimap<std::string, std::string> allowed{
    {"ride.matched", "ride.driver_arrived"}, {"ride.matched", "ride.cancelled"},
    {"ride.driver_arrived", "ride.started"}, {"ride.driver_arrived", "ride.cancelled"},
    {"ride.started", "ride.completed"},      {"ride.completed", "ride.fare_final"},
    {"ride.fare_final", "ride.paid"},
};

bool may_follow(const std::string& last, const std::string& next) {
  const auto [begin, end] = allowed.equal_range(last);
  return std::any_of(begin, end, [&](const auto& each) { return each.second == next; });
}

/// A ride, and what its people were told was done.
struct Tried {
  domain::RideId ride;
  domain::UserId passenger;
  domain::UserId driver;
  std::string pin;
  std::map<std::string, int> done = {};
};

/// Tries one thing, and notes what was acknowledged.
awaitable<void> try_something(World& world, Tried& tried, int what) {
  const contracts::RideRef ref{tried.ride};
  const auto note = [&](const auto& told, const char* event) {
    if (told) ++tried.done[event];
  };
  switch (what) {
    case 0:
      note(co_await world.call(operations::arrive, tried.driver, ref), "ride.driver_arrived");
      break;
    case 1:
      note(co_await world.call(operations::start_ride, tried.driver,
                               {.ride_id = tried.ride, .pin = tried.pin, .sequence = 100}),
           "ride.started");
      break;
    case 2:
      note(co_await world.call(operations::complete_ride, tried.driver,
                               {.ride_id = tried.ride, .sequence = 200}),
           "ride.completed");
      break;
    case 3:
      note(co_await world.call(operations::cancel_ride, tried.passenger, {.ride_id = tried.ride}),
           "ride.cancelled");
      break;
    case 4:
      note(co_await world.call(operations::report_no_show, tried.driver, ref), "ride.cancelled");
      break;
    default:
      note(co_await world.call(operations::confirm_cash, tried.driver, ref), "ride.paid");
      break;
  }
}

/// Mostly what leads on, since a life that is cancelled at once shows little.
int something(std::mt19937& random) {
  constexpr int often[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 4, 5, 5, 5, 0, 1, 2, 5, 0, 1, 2, 5, 3};
  return often[random() % std::size(often)];
}

awaitable<Tried> begin_a_ride(World& world) {
  world.passenger = world.new_id<domain::UserId>();
  world.driver = world.new_id<domain::UserId>();
  world.map().put(world.driver, pickup);
  Tried tried{.ride = co_await world.matched(),
              .passenger = world.passenger,
              .driver = world.driver,
              .pin = {}};
  tried.pin = co_await world.pin(tried.ride);
  co_return tried;
}

/// A completed trip is metered. An unknown outcome is nobody's.
awaitable<void> try_once(World& world, Tried& tried, int what) {
  const auto before = tried.done["ride.completed"];
  try {
    co_await try_something(world, tried, what);
  } catch (const binding::RemoteUnavailable&) {
    co_return;
  }
  const bool completed = tried.done["ride.completed"] > before;
  if (completed) co_await world.announce_metered(tried.ride, 4'000);
}

/// All hands at once; each completed trip is metered meanwhile.
awaitable<void> try_all(World& world, std::vector<Tried>& rides) {
  platform::runtime::TaskGroup tasks{co_await boost::asio::this_coro::executor};
  std::mt19937 random{seed};
  int done = 0;
  for (auto& tried : rides) {
    for (int hand = 0; hand < hands; ++hand) {
      tasks.spawn("hand", [&]() -> awaitable<void> {
        for (int i = 0; i < tries_each; ++i) co_await try_once(world, tried, something(random));
        ++done;
      });
    }
  }
  const auto all = hands * static_cast<int>(rides.size());
  while (done < all) {  // Each call has a deadline.
    co_await platform::runtime::sleep_for(std::chrono::milliseconds{20});
  }
  co_await tasks.join();
}

awaitable<void> expect_a_life(World& world, const Tried& tried) {
  std::map<std::string, int> told;
  std::string last;
  for (const auto row : co_await world.pool().run(steps_of, tried.ride)) {
    const auto next = row.get<std::string>("what");
    EXPECT_TRUE(last.empty() ? next == "ride.matched" : may_follow(last, next))
        << last << " then " << next;
    ++told[next];
    last = next;
  }
  for (const auto& [event, count] : tried.done) {
    if (count > 0) EXPECT_EQ(count, told[event]) << event << " was acknowledged";
  }
}

TEST(RideWalk, ManyHandsAtOnceMakeOneLife) {
  tell([](World& world) -> awaitable<void> {
    std::vector<Tried> rides;
    for (int i = 0; i < rides_count; ++i) rides.push_back(co_await begin_a_ride(world));
    co_await try_all(world, rides);
    for (const auto& tried : rides) co_await expect_a_life(world, tried);
    EXPECT_GE(co_await world.count("rides WHERE state = 'paid'"), 3);
    EXPECT_GE(co_await world.count("rides WHERE state = 'cancelled'"), 1);
    co_await world.prove_books();
  });
}

}  // namespace
}  // namespace services::rides
