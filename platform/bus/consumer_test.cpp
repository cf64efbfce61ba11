#include "platform/bus/consumer.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

#include "platform/postgres/errors.hpp"
#include "tests/support/bus_world.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;
using platform::stack::Server;
using tests::support::commit_event;
using tests::support::eventually;
using tests::support::Hang;
using tests::support::in_world;
using tests::support::new_event;
using tests::support::new_uuid;
using tests::support::Outage;
using tests::support::Reader;
using tests::support::World;

TEST(Consumer, AppliesEachEventOnceAndInOrder) {
  in_world([](World& world) -> awaitable<void> {
    world.reader.start();
    for (int i = 0; i < 20; ++i) co_await world.producer.emit(50);
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
    co_await eventually("all are told",
                        [&] { return world.reader.committed == world.producer.total; });
  });
}

TEST(Consumer, HearsOfAnEventWithinMilliseconds) {
  in_world([](World& world) -> awaitable<void> {
    world.reader.start();
    co_await world.producer.emit(2 * world.producer.keys.size());
    co_await world.all_are_applied();
    std::vector<std::chrono::microseconds> delays;
    for (int i = 0; i < 30; ++i) {
      co_await world.producer.emit(1);
      const auto committed = std::chrono::steady_clock::now();
      co_await eventually("it is applied",
                          [&] { return world.reader.committed == world.producer.total; });
      delays.push_back(std::chrono::duration_cast<std::chrono::microseconds>(
          std::chrono::steady_clock::now() - committed));
    }
    std::ranges::sort(delays);
    const auto median = delays[delays.size() / 2];
    RecordProperty("median_us", static_cast<int>(median.count()));
    EXPECT_LT(median, 50ms);
  });
}

TEST(Consumer, SkipsWhatComesTwice) {
  in_world([](World& world) -> awaitable<void> {
    // Whatever is published is published again, under another id, by which the stream is deceived.
    auto& connection = *world.producer.instance.connection;
    std::set<std::string> seen;
    const auto echo = connection.subscribe(
        "events." + world.producer.service + ".>", "", [&](const Message& message) {
          if (!seen.insert(message.subject + std::string{message.header("position")}).second)
            return;
          auto headers = message.headers;
          for (auto& [name, value] : headers) {
            if (name == "Nats-Msg-Id") value = new_uuid(world.test).text();
          }
          connection.publish(message.subject, message.data, headers);
        });
    co_await connection.flush(1s);
    world.reader.start();
    for (int i = 0; i < 10; ++i) co_await world.producer.emit(50);
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Consumer, OnlyMovesThePositionForTypesThatItDoesNotKnow) {
  in_world([](World& world) -> awaitable<void> {
    world.reader.start();
    const auto key = world.producer.keys.front();
    for (int i = 0; i < 5; ++i) {
      co_await commit_event(*world.producer.instance.pool,
                            new_event(world.test, key, "{}", "ride.unheard_of"));
    }
    co_await eventually("the position has moved", [&]() -> awaitable<bool> {
      co_return co_await world.number(
          "select coalesce(max(position), 0) as n from consumer_positions") == 5;
    });
    EXPECT_EQ(co_await world.effects(), 0);
  });
}

TEST(Consumer, LosesAndDoublesNothingWhenNatsIsKilledAgainAndAgain) {
  in_world([](World& world) -> awaitable<void> {
    world.reader.start();
    for (int round = 0; round < 4; ++round) {
      co_await world.producer.emit(150);
      co_await eventually("some are applied", [&]() -> awaitable<bool> {
        co_return co_await world.effects() > static_cast<std::int64_t>(world.producer.total) - 100;
      });
      Outage outage{Server::nats};  // With acknowledgements on their way.
      co_await world.producer.emit(50);
      outage.revive();
    }
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Consumer, LosesAndDoublesNothingWhenNatsHangs) {
  in_world([](World& world) -> awaitable<void> {
    world.reader.start();
    co_await world.producer.emit(100);
    {
      const Hang hang{Server::nats};
      co_await world.producer.emit(100);
      co_await eventually("it is given up", [&] {
        return !world.reader.instance.connection->connected() &&
               !world.producer.instance.connection->connected();
      });
    }
    co_await world.producer.emit(100);
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Consumer, LosesAndDoublesNothingWhenTheDatabaseIsKilled) {
  in_world([](World& world) -> awaitable<void> {
    world.reader.start();
    co_await world.producer.emit(300);
    for (int round = 0; round < 2; ++round) {
      {
        const Outage outage{Server::postgres};
      }
      co_await eventually("the database answers", [&]() -> awaitable<bool> {
        try {
          co_await world.effects();
          co_return true;
        } catch (const postgres::Unavailable&) {
          co_return false;
        }
      });
    }
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Consumer, AsksTheProducerForWhatTheStreamHasLost) {
  in_world([](World& world) -> awaitable<void> {
    co_await world.producer.emit(600);
    co_await eventually("all are in the stream", [&]() -> awaitable<bool> {
      co_return co_await world.number_of_producer(
          "select sum(published)::bigint as n from outbox_heads") == 600;
    });
    co_await world.on_stream("PURGE");
    world.reader.start();
    co_await world.all_are_applied();
    co_await world.producer.emit(100);
    co_await world.on_stream("PURGE");
    co_await world.producer.emit(100);
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Consumer, SurvivesTheEndOfTheStream) {
  in_world([](World& world) -> awaitable<void> {
    world.reader.start();
    for (int round = 0; round < 3; ++round) {
      co_await world.producer.emit(100);
      co_await world.on_stream("DELETE");
      co_await world.producer.emit(100);
      co_await world.all_are_applied();
    }
    co_await world.expect_once_and_in_order();
  });
}

/// As after a power cut with a broken disk.
void lose_what_nats_has_stored() {
  namespace fs = std::filesystem;
  const auto prefix = "nebengjek-test-" + std::to_string(getpid());
  for (const auto& folder : fs::directory_iterator{fs::temp_directory_path()}) {
    if (folder.path().filename().string().starts_with(prefix)) {
      fs::remove_all(folder.path() / "nats" / "jetstream");
    }
  }
}

TEST(Consumer, SurvivesTheLossOfAllThatNatsHasStored) {
  in_world([](World& world) -> awaitable<void> {
    world.reader.start();
    co_await world.producer.emit(200);
    {
      const Outage outage{Server::nats};
      co_await world.producer.emit(100);
      lose_what_nats_has_stored();
    }
    co_await world.producer.emit(100);
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Consumer, WorksWithoutAnyStreamAsLongAsItCanAsk) {
  in_world([](World& world) -> awaitable<void> {
    co_await world.producer.emit(1);
    co_await eventually("the stream is there", [&]() -> awaitable<bool> {
      co_return (co_await world.on_stream("INFO")).contains(R"("messages":1,)");
    });
    // From now on it takes something else.
    const auto& service = world.producer.service;
    co_await world.on_stream("UPDATE", R"({"name":"EVENTS_)" + service +
                                           R"(","subjects":["nothing.)" + service + R"("]})");
    world.reader.start();
    co_await world.producer.emit(500);
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Consumer, BeginsWhereTheRecordOfAnOldProducerBegins) {
  in_world([](World& world) -> awaitable<void> {
    co_await world.producer.emit(200);
    co_await eventually("all are in the stream", [&]() -> awaitable<bool> {
      co_return co_await world.number_of_producer(
          "select sum(published)::bigint as n from outbox_heads") == 200;
    });
    co_await world.producer.instance.pool->run(
        {"test.forget", "delete from outbox where id <= 100"});
    co_await world.on_stream("PURGE");
    world.reader.start();
    co_await eventually("the rest is applied",
                        [&]() -> awaitable<bool> { co_return co_await world.effects() == 100; });
  });
}

TEST(Consumer, InstancesShareTheWork) {
  in_world([](World& world) -> awaitable<void> {
    world.reader.start();
    co_await world.producer.emit(100);
    co_await world.all_are_applied();

    auto second = std::make_unique<Reader>(world.test, "second", world.database, world.producer);
    second->start();
    co_await eventually("the second has work", [&]() -> awaitable<bool> {
      co_await world.producer.emit(20);
      co_await world.all_are_applied();
      co_return second->committed > 20;
    });
    const auto before = world.reader.committed;
    co_await world.producer.emit(100);
    co_await world.all_are_applied();
    EXPECT_GT(world.reader.committed, before) << "the first still has some";

    second->consumer.reset();
    co_await second->instance.leave();
    second.reset();
    co_await world.producer.emit(100);
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Consumer, TakesOverFromTheDeadWithinTheLeaseTime) {
  in_world([](World& world) -> awaitable<void> {
    // What kill -9 leaves behind: leases with a little time left, and nobody who prolongs them.
    const auto name = "consume.reader." + world.producer.service;
    co_await world.auditor.pool->run(
        {"test.dead_leases",
         "insert into leases select $1 || '.' || shard, 'dead', 7, now() + interval '800 ms' "
         "from generate_series(0, 15) as shard"},
        name);
    co_await world.auditor.pool->run(
        {"test.dead_seeker",
         "insert into lease_seekers values ($1, 'dead', now() + interval '800 ms')"},
        name);
    world.reader.start();
    const auto start = std::chrono::steady_clock::now();
    co_await eventually("all is taken over", [&]() -> awaitable<bool> {
      co_return co_await world.number("select count(*) as n from leases where owner = 'reader'") ==
          16;
    });
    EXPECT_LT(std::chrono::steady_clock::now() - start, world.reader.config.lease_ttl + 500ms);
    co_await world.producer.emit(100);
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Consumer, TwoThatBothBelieveToHoldAShardDoNoHarm) {
  in_world([](World& world) -> awaitable<void> {
    Reader second{world.test, "second", world.database, world.producer};
    world.reader.start();
    second.start();
    for (int i = 0; i < 20; ++i) {
      co_await world.producer.emit(20);
      co_await world.auditor.pool->run(
          {"test.forget_leases", "update leases set owner = 'nobody', expires_at = now()"});
    }
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
  });
}

TEST(Consumer, ABatchThatMeetsALockedRowComesAgain) {
  in_world([](World& world) -> awaitable<void> {
    int refusals = 3;
    world.reader.disturb = [&](const Event&, postgres::Session&) -> awaitable<void> {
      if (refusals-- > 0) throw postgres::Contended{"a deadlock"};
      co_return;
    };
    world.reader.start();
    co_await world.producer.emit(40);
    co_await world.all_are_applied();
    co_await world.expect_once_and_in_order();
    EXPECT_EQ(co_await world.number("select count(*) as n from parked_events"), 0);
  });
}

}  // namespace
}  // namespace platform::bus
