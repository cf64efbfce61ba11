#include "platform/bus/parked.hpp"

#include <numeric>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

#include "platform/bus/dead_letters.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/runtime/deadline.hpp"
#include "tests/support/bus_world.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;
using tests::support::eventually;
using tests::support::in_world;
using tests::support::Reader;
using tests::support::World;

/// Fails for one event, as long as `broken`.
struct Poison {
  base::Uuid key;
  std::string payload;
  bool broken = true;
  int attempts = 0;

  bool strikes(const Event& event) {
    if (!broken || event.key != key || event.payload != payload) return false;
    ++attempts;
    return true;
  }
};

auto throwing(Poison& poison) {
  return [&poison](const Event& event, postgres::Session&) -> awaitable<void> {
    if (poison.strikes(event)) throw std::runtime_error{"it is poisonous"};
    co_return;
  };
}

awaitable<std::int64_t> parked(World& world) {
  return world.number("select count(*) as n from parked_events");
}
awaitable<std::int64_t> dead(World& world) {
  return world.number("select count(*) as n from dead_letters");
}

/// Emits `rounds` events for each key, of which the third of the first key is poisonous, and waits
/// until it is parked with those behind it, and all others have taken effect.
awaitable<void> emit_around(World& world, int rounds) {
  auto& producer = world.producer;
  const auto keys = static_cast<std::int64_t>(producer.keys.size());
  for (int i = 0; i < rounds; ++i) co_await producer.emit(producer.keys.size());
  co_await eventually("all other keys go on", [&]() -> awaitable<bool> {
    co_return co_await parked(world) == rounds - 2 &&
        co_await world.effects() == 2 + (keys - 1) * rounds;
  });
}

TEST(Parked, APoisonousEventHoldsUpItsKeyOnly) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison{.key = world.producer.keys.front(), .payload = "3"};
    world.reader.config.retry_delays = {100ms, 100ms, 100ms, 100ms, 100ms, 1min};
    world.reader.disturb = throwing(poison);
    world.reader.start();
    co_await emit_around(world, 10);
    EXPECT_EQ(co_await world.effects_of(poison.key), (std::vector{1, 2}));

    poison.broken = false;
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
    EXPECT_EQ(co_await parked(world), 0);
    EXPECT_EQ(co_await dead(world), 0);
    co_await eventually("each is told once",
                        [&] { return world.reader.committed == world.producer.total; });
  });
}

TEST(Parked, AnEventBecomesADeadLetterAfterItsLastAttemptAndTheOthersGoOn) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison{.key = world.producer.keys.front(), .payload = "3"};
    std::vector<std::string> notices;
    const auto subscription =
        world.auditor.connection->subscribe("dlq.reader", "", [&](const Message& message) {
          if (message.data.contains(world.producer.service)) notices.push_back(message.data);
        });
    co_await world.auditor.connection->flush(1s);
    world.reader.config.retry_delays = {20ms, 20ms, 20ms};
    world.reader.disturb = throwing(poison);
    world.reader.start();
    co_await world.producer.emit(10 * world.producer.keys.size());
    co_await eventually("all others are applied", [&]() -> awaitable<bool> {
      co_return co_await world.effects() == static_cast<std::int64_t>(world.producer.total) - 1;
    });
    EXPECT_EQ(co_await world.effects_of(poison.key), (std::vector{1, 2, 4, 5, 6, 7, 8, 9, 10}));
    EXPECT_EQ(co_await parked(world), 0);

    const auto letters = co_await list_dead_letters(*world.auditor.pool, 0, 100);
    EXPECT_EQ(letters.size(), 1u);
    const auto& letter = letters.front();
    EXPECT_EQ(letter.consumer, "reader");
    EXPECT_EQ(letter.producer, world.producer.service);
    EXPECT_EQ(letter.event.key, poison.key);
    EXPECT_EQ(letter.event.payload, "3");
    EXPECT_EQ(letter.event.type, "ride.started");
    EXPECT_EQ(letter.attempts, 4);
    EXPECT_EQ(letter.reason, "it is poisonous");
    EXPECT_TRUE(letter.event.trace.starts_with("00-4bf9"));
    co_await eventually("it is announced", [&] { return notices.size() == 1; });
    EXPECT_TRUE(notices.front().contains("it is poisonous"));
  });
}

TEST(Parked, ADeadLetterCanBeReplayedOrDropped) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison{.key = world.producer.keys.front(), .payload = "3"};
    auto& pool = *world.auditor.pool;
    world.reader.config.retry_delays = {20ms};
    world.reader.disturb = throwing(poison);
    world.reader.start();
    co_await world.producer.emit(5 * world.producer.keys.size());
    co_await eventually("it dies",
                        [&]() -> awaitable<bool> { co_return co_await dead(world) == 1; });
    const auto first = (co_await list_dead_letters(pool, 0, 1)).front();

    EXPECT_TRUE(co_await replay_dead_letter(pool, first.id));
    EXPECT_FALSE(co_await find_dead_letter(pool, first.id));
    EXPECT_FALSE(co_await replay_dead_letter(pool, first.id));
    co_await eventually("it dies again",
                        [&]() -> awaitable<bool> { co_return co_await dead(world) == 1; });
    const auto second = (co_await list_dead_letters(pool, first.id, 1)).front();
    EXPECT_EQ(second.event.id, first.event.id);

    poison.broken = false;
    EXPECT_TRUE(co_await replay_dead_letter(pool, second.id));
    co_await world.all_are_applied();
    EXPECT_EQ(co_await world.effects_of(poison.key), (std::vector{1, 2, 4, 5, 3}));
    EXPECT_EQ(co_await parked(world), 0);

    poison = {.key = world.producer.keys.front(), .payload = "6"};
    co_await world.producer.emit(2 * world.producer.keys.size());
    co_await eventually("another dies",
                        [&]() -> awaitable<bool> { co_return co_await dead(world) == 1; });
    const auto third = (co_await list_dead_letters(pool, second.id, 1)).front();
    EXPECT_TRUE(co_await drop_dead_letter(pool, third.id));
    EXPECT_FALSE(co_await drop_dead_letter(pool, third.id));
    EXPECT_EQ(co_await dead(world), 0);
  });
}

TEST(Parked, AReplayedEventIsTriedBeforeThoseThatAreParkedNow) {
  in_world([](World& world) -> awaitable<void> {
    const auto key = world.producer.keys.front();
    auto& pool = *world.auditor.pool;
    std::set<std::string> poisonous{"1"};
    world.reader.config.retry_delays = {20ms};
    world.reader.disturb = [&](const Event& event, postgres::Session&) -> awaitable<void> {
      if (poisonous.contains(event.payload)) throw std::runtime_error{"it is poisonous"};
      co_return;
    };
    world.reader.start();
    co_await world.producer.emit_for(key);
    co_await eventually("it dies",
                        [&]() -> awaitable<bool> { co_return co_await dead(world) == 1; });

    poisonous = {"2"};
    world.reader.consumer.reset();
    co_await world.reader.instance.leave();
    Reader slow{world.test, "slow", world.database, world.producer};
    slow.config.retry_delays = {1min, 1min};
    slow.disturb = world.reader.disturb;
    slow.start();
    co_await world.producer.emit_for(key);
    co_await world.producer.emit_for(key);
    co_await eventually("two are parked",
                        [&]() -> awaitable<bool> { co_return co_await parked(world) == 2; });
    poisonous.clear();
    const auto letter = (co_await list_dead_letters(pool, 0, 1)).front();
    EXPECT_TRUE(co_await replay_dead_letter(pool, letter.id));
    co_await world.all_are_applied();
    EXPECT_EQ(co_await world.effects_of(key), (std::vector{1, 2, 3}));
  });
}

TEST(Parked, AnErrorOfTheDatabaseThatIsTheEventsFaultParksIt) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison{.key = world.producer.keys.front(), .payload = "3"};
    world.reader.disturb = [&](const Event& event, postgres::Session& session) -> awaitable<void> {
      if (poison.strikes(event)) co_await session.run({"test.wrong", "select 1 / 0"});
    };
    world.reader.start();
    co_await emit_around(world, 5);
    EXPECT_EQ(co_await world.number("select attempts as n from parked_events order by position"),
              1);
  });
}

TEST(Parked, AnEventDuringWhichTheDatabaseAlwaysGivesUpDoesNotStopItsShard) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison{.key = world.producer.keys.front(), .payload = "3"};
    world.reader.disturb = [&](const Event& event, postgres::Session&) -> awaitable<void> {
      if (poison.strikes(event)) throw postgres::Unavailable{"a statement timeout"};
      co_return;
    };
    world.reader.start();
    co_await emit_around(world, 5);
    EXPECT_GE(poison.attempts, 5);
  });
}

TEST(Parked, AnEventThatIsCutOffInTheMiddleOfAStatementIsParked) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison{.key = world.producer.keys.front(), .payload = "3"};
    world.reader.disturb = [&](const Event& event, postgres::Session& session) -> awaitable<void> {
      if (!poison.strikes(event)) co_return;
      const postgres::Query slow{"test.slow", "select pg_sleep(3)"};
      co_await runtime::with_deadline(session.run(slow), 20ms);
    };
    world.reader.start();
    co_await emit_around(world, 5);
  });
}

TEST(Parked, EventsOutliveTheInstanceThatParkedThem) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison{.key = world.producer.keys.front(), .payload = "3"};
    world.reader.config.retry_delays = {300ms, 1min};
    world.reader.disturb = throwing(poison);
    world.reader.start();
    co_await emit_around(world, 5);
    world.reader.consumer.reset();
    co_await world.reader.instance.leave();

    Reader heir{world.test, "heir", world.database, world.producer};
    heir.start();
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Parked, InIsDonePlusDeadPlusParked) {
  in_world([](World& world) -> awaitable<void> {
    // One in a hundred fails for ever; one in ten of the first attempts.
    const auto hash = [](const Event& event) {
      return std::accumulate(event.id.bytes.begin(), event.id.bytes.end(), 0u);
    };
    std::set<base::Uuid> tried;
    world.reader.config.retry_delays = {20ms, 20ms};
    world.reader.disturb = [&](const Event& event, postgres::Session&) -> awaitable<void> {
      const bool is_first = tried.insert(event.id).second;
      if (hash(event) % 100 == 0) throw std::runtime_error{"for ever"};
      if (is_first && hash(event) % 10 == 0) throw std::runtime_error{"in passing"};
      co_return;
    };
    world.reader.start();
    co_await world.producer.emit(1'000);
    co_await eventually("each is somewhere", [&]() -> awaitable<bool> {
      co_return co_await parked(world) == 0 &&
          co_await world.effects() + co_await dead(world) == 1'000;
    });
    EXPECT_EQ(
        co_await world.number("select count(*) as n from (select distinct event_id from effects "
                              "union all select distinct event_id from dead_letters) of_all"),
        1'000);
  });
}

}  // namespace
}  // namespace platform::bus
