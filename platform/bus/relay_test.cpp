#include "platform/bus/relay.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/json/json.hpp"
#include "platform/bus/numbered.hpp"
#include "platform/bus/outbox.hpp"
#include "platform/bus/unit.hpp"
#include "tests/support/bus_fixture.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;
using platform::stack::Server;
using runtime::Runtime;
using tests::support::bus_config;
using tests::support::bus_database_config;
using tests::support::commit_event;
using tests::support::eventually;
using tests::support::fresh_service;
using tests::support::Instance;
using tests::support::new_event;
using tests::support::new_uuid;
using tests::support::Outage;
using tests::support::run;

constexpr postgres::Query count_unnumbered{
    "test.count_unnumbered", "select count(*) as n from outbox where position is null"};
constexpr postgres::Query numbered_rows{"test.numbered_rows",
                                        "select id, position, event_id, type, key, payload, trace, "
                                        "at from outbox order by shard, position"};
constexpr postgres::Query published_marks{
    "test.published_marks",
    "select sum(position)::bigint as given, sum(published)::bigint as held "
    "from outbox_heads"};

RelayConfig config_of(const std::string& service) {
  return {.service = service, .stream_bytes_max = 8 * 1024 * 1024};
}

/// What the stream of a service has sent to a plain subscriber.
struct Published {
  Published(Instance& instance, const std::string& service)
      : subscription(instance.connection->subscribe(
            "events." + service + ".>", "", [this, service](const Message& message) {
              if (auto numbered = from_message(service, message)) take(*std::move(numbered));
            })) {}

  void take(Numbered numbered) {
    auto& positions = by_shard[numbered.event.shard()];
    // A duplicate is harmless; a hole or a step back within a shard is not.
    if (!positions.empty() && numbered.position <= positions.back()) {
      ++duplicates;
    } else {
      in_order = in_order && numbered.position == static_cast<std::int64_t>(positions.size()) + 1;
      positions.push_back(numbered.position);
      ids.insert(numbered.event.id);
    }
  }

  std::map<unsigned, std::vector<std::int64_t>> by_shard;
  std::set<base::Uuid> ids;
  int duplicates = 0;
  bool in_order = true;
  std::unique_ptr<Subscription> subscription;
};

awaitable<std::int64_t> unnumbered(Instance& instance) {
  const auto rows = co_await instance.pool->run(count_unnumbered);
  co_return rows.front().get<std::int64_t>("n");
}

TEST(Relay, PublishesWhatWasCommittedWithinMillisecondsWhenWoken) {
  run([](Runtime& test) -> awaitable<void> {
    const auto service = fresh_service("relay");
    Instance instance{test, "one", bus_database_config("relay")};
    Published published{instance, service};
    auto config = config_of(service);
    config.poll_interval = 10s;
    const auto relay = start_relay(instance.runtime, *instance.connection, *instance.pool, config);
    co_await commit_event(*instance.pool, new_event(test, new_uuid(test)));
    relay->wake();
    co_await eventually("the first is out", [&] { return published.ids.size() == 1; });

    std::vector<std::chrono::microseconds> delays;
    for (std::size_t i = 2; i <= 20; ++i) {
      co_await commit_event(*instance.pool, new_event(test, new_uuid(test)));
      const auto committed = std::chrono::steady_clock::now();
      relay->wake();
      co_await eventually("it is out", [&] { return published.ids.size() == i; });
      delays.push_back(std::chrono::duration_cast<std::chrono::microseconds>(
          std::chrono::steady_clock::now() - committed));
    }
    std::ranges::sort(delays);
    EXPECT_LT(delays[delays.size() / 2], 50ms);
    RecordProperty("median_us", static_cast<int>(delays[delays.size() / 2].count()));
  });
}

TEST(Relay, MissesNothingAndKeepsTheOrderUnderSixteenWriters) {
  run([](Runtime& test) -> awaitable<void> {
    constexpr int writers = 16;
    constexpr int aggregates = 40;
    constexpr int events_of_each_writer = 100;
    const auto service = fresh_service("relay");
    auto database = bus_database_config("relay");
    database.connections_max = writers + 4;
    Instance instance{test, "one", database};
    co_await instance.pool->run(
        {"test.table", "create table aggregate (id int primary key, n int)"});
    co_await instance.pool->run(
        {"test.rows", "insert into aggregate select id, 0 from generate_series(1, 40) as id"});
    std::vector<base::Uuid> keys;
    for (int i = 0; i < aggregates; ++i) keys.push_back(new_uuid(test));

    Published published{instance, service};
    const auto relay =
        start_relay(instance.runtime, *instance.connection, *instance.pool, config_of(service));

    // Each writer locks an aggregate, raises its number and tells it: the numbers of an aggregate
    // must come in their order.
    int done = 0;
    for (int writer = 0; writer < writers; ++writer) {
      test.tasks().spawn("write", [&]() -> awaitable<void> {
        for (int i = 0; i < events_of_each_writer; ++i) {
          const auto which = static_cast<int>(test.entropy().below(aggregates));
          Unit unit{*instance.pool, std::nullopt};
          auto* session = co_await unit.session();
          const auto rows = co_await session->run(
              {"test.raise", "update aggregate set n = n + 1 where id = $1 returning n"},
              which + 1);
          const auto n = std::to_string(rows.front().get<int>("n"));
          co_await unit.emit(new_event(test, keys[static_cast<std::size_t>(which)], n));
          co_await unit.commit("");
        }
        ++done;
      });
    }
    co_await eventually("all are published", [&] {
      return done == writers && published.ids.size() == writers * events_of_each_writer;
    });
    EXPECT_TRUE(published.in_order);

    std::map<base::Uuid, int> last;
    for (const auto row : co_await instance.pool->run(numbered_rows)) {
      const auto n = std::stoi(row.get<std::string>("payload"));
      auto& before = last[row.get<base::Uuid>("key")];
      EXPECT_EQ(n, before + 1);
      before = n;
    }
  });
}

TEST(Relay, OneLeadsAndAnotherTakesOver) {
  run([](Runtime& test) -> awaitable<void> {
    const auto service = fresh_service("relay");
    const auto database = bus_database_config("relay");
    Instance watcher{test, "watcher", database};
    Published published{watcher, service};
    auto config = config_of(service);
    config.lease_ttl = 600ms;
    auto first = std::make_unique<Instance>(test, "first", database);
    Instance second{test, "second", database};
    auto first_relay = start_relay(first->runtime, *first->connection, *first->pool, config);
    const auto second_relay = start_relay(second.runtime, *second.connection, *second.pool, config);

    co_await commit_event(*watcher.pool, new_event(test, new_uuid(test)));
    co_await eventually("the first is out", [&] { return published.ids.size() == 1; });
    first_relay.reset();
    co_await first->leave();
    first.reset();
    co_await commit_event(*watcher.pool, new_event(test, new_uuid(test)));
    co_await eventually("the second is out", [&] { return published.ids.size() == 2; });
    EXPECT_TRUE(published.in_order);
  });
}

TEST(Relay, AnotherTakesOverFromADeadLeaderAndPublishesWhatItDidNot) {
  run([](Runtime& test) -> awaitable<void> {
    const auto service = fresh_service("relay");
    Instance heir{test, "heir", bus_database_config("relay")};
    Published published{heir, service};
    const auto dead = co_await acquire_lease(*heir.pool, "relay." + service, "dead", 500ms);
    for (int i = 0; i < 20; ++i) co_await commit_event(*heir.pool, new_event(test, new_uuid(test)));
    outbox::Positions numbered{};
    co_await outbox::number_rows(*heir.pool, *dead, 10, numbered);

    auto config = config_of(service);
    config.lease_ttl = 600ms;
    const auto relay = start_relay(heir.runtime, *heir.connection, *heir.pool, config);
    co_await eventually("all are out", [&] { return published.ids.size() == 20; });
    EXPECT_TRUE(published.in_order);
  });
}

TEST(Relay, AWakeReachesTheLeaderFromAnyInstance) {
  run([](Runtime& test) -> awaitable<void> {
    const auto service = fresh_service("relay");
    const auto database = bus_database_config("relay");
    auto config = config_of(service);
    config.poll_interval = 1min;
    Instance first{test, "first", database};
    Instance second{test, "second", database};
    Published published{first, service};
    const auto relays = {
        start_relay(first.runtime, *first.connection, *first.pool, config),
        start_relay(second.runtime, *second.connection, *second.pool, config),
    };
    co_await eventually("one leads", [&]() -> awaitable<bool> {
      co_return !co_await acquire_lease(*first.pool, "relay." + service, "nobody", 1ms);
    });
    std::size_t events = 0;
    for (const auto& relay : relays) {
      co_await commit_event(*first.pool, new_event(test, new_uuid(test)));
      ++events;
      co_await eventually("it is out", [&] {
        relay->wake();
        return published.ids.size() == events;
      });
    }
  });
}

TEST(Relay, ALeaderThatWasReplacedCanNotNumber) {
  run([](Runtime& test) -> awaitable<void> {
    Instance instance{test, "one", bus_database_config("relay")};
    auto& pool = *instance.pool;
    co_await commit_event(*instance.pool, new_event(test, new_uuid(test)));
    const auto paused = co_await acquire_lease(pool, "relay", "paused", 1ms);
    std::optional<Lease> leader;
    co_await eventually("it is replaced", [&]() -> awaitable<bool> {
      leader = co_await acquire_lease(pool, "relay", "leader", 1min);
      co_return leader.has_value();
    });
    outbox::Positions numbered{};
    EXPECT_THROW(co_await outbox::number_rows(pool, *paused, 256, numbered), outbox::Superseded);
    EXPECT_EQ(co_await unnumbered(instance), 1);
    EXPECT_EQ(co_await outbox::number_rows(pool, *leader, 256, numbered), 1u);
    EXPECT_EQ(co_await unnumbered(instance), 0);
  });
}

TEST(Relay, NumbersWhileNatsIsAwayAndPublishesWhenItIsBack) {
  run([](Runtime& test) -> awaitable<void> {
    const auto service = fresh_service("relay");
    Instance instance{test, "one", bus_database_config("relay")};
    Published published{instance, service};
    const auto relay =
        start_relay(instance.runtime, *instance.connection, *instance.pool, config_of(service));
    co_await commit_event(*instance.pool, new_event(test, new_uuid(test)));
    co_await eventually("the first is out", [&] { return published.ids.size() == 1; });
    {
      const Outage outage{Server::nats};
      for (int i = 0; i < 600; ++i)
        co_await commit_event(*instance.pool, new_event(test, new_uuid(test)));
      co_await eventually("all are numbered", [&]() -> awaitable<bool> {
        co_return co_await unnumbered(instance) == 0;
      });
    }
    co_await eventually("all are out", [&] { return published.ids.size() == 601; });
    EXPECT_TRUE(published.in_order);
    co_await eventually("that is noted", [&]() -> awaitable<bool> {
      const auto rows = co_await instance.pool->run(published_marks);
      co_return rows.front().get<std::int64_t>("given") == 601 &&
          rows.front().get<std::int64_t>("held") == 601;
    });
  });
}

/// The first numbering is committed after the relay has given up waiting.
constexpr const char* slow_commit = R"sql(
  create table slowed (at timestamptz);
  create function slow_down() returns trigger language plpgsql as $$
  begin
    if not exists (select from slowed) then
      insert into slowed values (now());
      perform pg_sleep(0.4);
    end if;
    return null;
  end $$;
  create constraint trigger slow_down after update of position on outbox_heads
    deferrable initially deferred for each row execute function slow_down())sql";

TEST(Relay, PublishesWhatACommitWithoutAnAnswerHasNumbered) {
  run([](Runtime& test) -> awaitable<void> {
    const auto service = fresh_service("relay");
    auto database = bus_database_config("relay");
    const postgres::Migration slow{.name = "slow_commit", .sql = slow_commit};
    postgres::migrate(database, {&slow, 1});
    database.answer_timeout = 300ms;
    database.statement_timeout = 5s;
    Instance instance{test, "one", database};
    Published published{instance, service};
    const auto relay =
        start_relay(instance.runtime, *instance.connection, *instance.pool, config_of(service));
    co_await commit_event(*instance.pool, new_event(test, new_uuid(test)));
    co_await eventually("it is numbered",
                        [&]() -> awaitable<bool> { co_return co_await unnumbered(instance) == 0; });
    co_await eventually("it is out", [&] { return published.ids.size() == 1; });
  });
}

TEST(Relay, MakesTheStreamAgainWhenItWasDeleted) {
  run([](Runtime& test) -> awaitable<void> {
    const auto service = fresh_service("relay");
    Instance instance{test, "one", bus_database_config("relay")};
    Published published{instance, service};
    const auto relay =
        start_relay(instance.runtime, *instance.connection, *instance.pool, config_of(service));
    co_await commit_event(*instance.pool, new_event(test, new_uuid(test)));
    co_await eventually("the first is out", [&] { return published.ids.size() == 1; });
    co_await instance.connection->request("$JS.API.STREAM.DELETE.EVENTS_" + service, "");
    co_await commit_event(*instance.pool, new_event(test, new_uuid(test)));
    co_await eventually("the stream holds it", [&]() -> awaitable<bool> {
      const auto answer =
          co_await instance.connection->request("$JS.API.STREAM.INFO.EVENTS_" + service, "");
      co_return answer.data.contains(R"("messages":1,)");
    });
  });
}

TEST(Relay, AnnouncesHeads) {
  run([](Runtime& test) -> awaitable<void> {
    const auto service = fresh_service("relay");
    Instance instance{test, "one", bus_database_config("relay")};
    std::optional<Heads> heads;
    const auto subscription =
        instance.connection->subscribe("heads." + service, "", [&](const Message& message) {
          heads = base::json::from_text<Heads>(message.data).value();
        });
    auto config = config_of(service);
    config.head_interval = 20ms;
    const auto relay = start_relay(instance.runtime, *instance.connection, *instance.pool, config);
    const auto key = new_uuid(test);
    for (int i = 0; i < 3; ++i) co_await commit_event(*instance.pool, new_event(test, key));
    const auto shard = base::shard_of(key, shard_count);
    co_await eventually("the head is told", [&] {
      return heads && heads->positions.size() == shard_count && heads->positions[shard] == 3;
    });
  });
}

awaitable<FoundEvents> ask(Instance& instance, const std::string& service, MissingEvents missing) {
  const auto answer =
      co_await instance.connection->request("outbox." + service, base::json::to_text(missing));
  co_return base::json::from_text<FoundEvents>(answer.data).value();
}

TEST(Relay, AnswersWhoeverMissesEvents) {
  run([](Runtime& test) -> awaitable<void> {
    const auto service = fresh_service("relay");
    Instance instance{test, "one", bus_database_config("relay")};
    const auto relay =
        start_relay(instance.runtime, *instance.connection, *instance.pool, config_of(service));
    const auto key = new_uuid(test);
    const auto shard = base::shard_of(key, shard_count);
    for (int i = 1; i <= 10; ++i) {
      co_await commit_event(*instance.pool, new_event(test, key, std::to_string(i)));
    }
    co_await eventually("all are numbered",
                        [&]() -> awaitable<bool> { co_return co_await unnumbered(instance) == 0; });
    const auto some = co_await ask(instance, service, {shard, 3, 4});
    EXPECT_EQ(some.events.size(), 4u);
    EXPECT_EQ(some.events.front().position, 4);
    EXPECT_EQ(some.events.front().payload, "4");
    EXPECT_EQ(some.events.back().position, 7);
    EXPECT_EQ((co_await ask(instance, service, {shard, 10, 4})).events.size(), 0u);
    EXPECT_EQ((co_await ask(instance, service, {(shard + 1) % shard_count, 0, 4})).events.size(),
              0u);
  });
}

TEST(Relay, AnswersWithAsMuchAsFitsInAMessage) {
  run([](Runtime& test) -> awaitable<void> {
    const auto service = fresh_service("relay");
    Instance instance{test, "one", bus_database_config("relay")};
    const auto relay =
        start_relay(instance.runtime, *instance.connection, *instance.pool, config_of(service));
    const auto key = new_uuid(test);
    const auto large = '"' + std::string(60 * 1024, 'x') + '"';
    for (int i = 0; i < 20; ++i) co_await commit_event(*instance.pool, new_event(test, key, large));
    co_await eventually("all are numbered",
                        [&]() -> awaitable<bool> { co_return co_await unnumbered(instance) == 0; });
    const auto found =
        co_await ask(instance, service, {base::shard_of(key, shard_count), 0, 1'000});
    EXPECT_GE(found.events.size(), 1u);
    EXPECT_LT(found.events.size(), 20u);
  });
}

TEST(Relay, DeletesOnlyWhatIsOldAndNumbered) {
  run([](Runtime& test) -> awaitable<void> {
    Instance instance{test, "one", bus_database_config("relay")};
    auto& pool = *instance.pool;
    for (int i = 0; i < 5; ++i)
      co_await commit_event(*instance.pool, new_event(test, new_uuid(test)));
    co_await pool.run(
        {"test.age", "update outbox set at = now() - interval '8 days' where id <= 4"});
    EXPECT_EQ(co_await outbox::delete_old(pool, 7 * 24h, 100), 0u) << "they have no position yet";

    const auto lease = co_await acquire_lease(pool, "relay", "one", 1min);
    outbox::Positions numbered{};
    co_await outbox::number_rows(pool, *lease, 256, numbered);
    EXPECT_EQ(co_await outbox::delete_old(pool, 7 * 24h, 3), 3u);
    EXPECT_EQ(co_await outbox::delete_old(pool, 7 * 24h, 3), 1u);
    EXPECT_EQ(co_await outbox::delete_old(pool, 7 * 24h, 3), 0u);

    co_await pool.run({"test.answers",
                       "insert into idempotency select 'user', age::text, 'hash', '', "
                       "now() - age * interval '1 day' from unnest('{6, 8}'::int[]) as age"});
    EXPECT_EQ(co_await outbox::delete_old(pool, 7 * 24h, 3), 1u);
  });
}

}  // namespace
}  // namespace platform::bus
