#pragma once

/// A service that produces events and one that consumes them, for tests of what happens in between.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "platform/bus/consumer.hpp"
#include "platform/bus/relay.hpp"
#include "tests/support/bus_fixture.hpp"

namespace tests::support {

/// Emits events of a few keys. The payload is a number that grows by one for each key.
struct Producer {
  Producer(platform::runtime::Runtime& test, const std::string& name)
      : service(name), instance(test, name, bus_database_config("producer")) {
    for (int i = 0; i < 20; ++i) keys.push_back(new_uuid(test));
    relay = platform::bus::start_relay(instance.runtime, *instance.connection, *instance.pool,
                                       {.service = service, .stream_bytes_max = 8 * 1024 * 1024});
  }

  /// The keys take turns.
  platform::awaitable<void> emit(std::size_t events) {
    for (std::size_t i = 0; i < events; ++i) co_await emit_for(keys[total % keys.size()]);
  }

  platform::awaitable<void> emit_for(base::Uuid key) {
    ++total;
    const auto n = std::to_string(++last[key]);
    co_await commit_event(*instance.pool, new_event(instance.runtime, key, n));
    relay->wake();
  }

  std::string service;
  Instance instance;
  std::unique_ptr<platform::bus::Relay> relay;
  std::vector<base::Uuid> keys;
  std::map<base::Uuid, int> last;
  std::size_t total = 0;
};

/// An instance of the consuming service, which writes a row for each event that it applies.
struct Reader {
  Reader(platform::runtime::Runtime& test, std::string name,
         const platform::postgres::PoolConfig& database, const Producer& producer)
      : instance(test, std::move(name), database) {
    config.consumer = "reader";
    config.producer = producer.service;
    config.head_check_interval = std::chrono::milliseconds{200};
    config.lease_ttl = std::chrono::milliseconds{1'200};
  }

  void start() {
    consumer = platform::bus::start_consumer(
        instance.runtime, *instance.connection, *instance.pool, config, {"ride.started"},
        [this](const platform::bus::Event& event, platform::bus::Unit& unit) {
          return apply(event, unit);
        },
        [this](const platform::bus::Event& event) {
          ++committed;
          if (on_committed) on_committed(event);
        });
  }

  platform::awaitable<void> apply(const platform::bus::Event& event, platform::bus::Unit& unit) {
    constexpr platform::postgres::Query insert{
        "test.insert_effect", "insert into effects (event_id, key, n) values ($1, $2, $3)"};
    auto* session = co_await unit.session();
    co_await session->run(insert, event.id, event.key, std::stoi(event.payload));
    if (disturb) co_await disturb(event, *session);
  }

  Instance instance;
  platform::bus::ConsumerConfig config;
  /// Called after the effect was written: what it throws must undo that.
  std::function<platform::awaitable<void>(const platform::bus::Event&,
                                          platform::postgres::Session&)>
      disturb;
  std::size_t committed = 0;  ///< How often after_commit was called.
  std::function<void(const platform::bus::Event&)> on_committed;
  std::unique_ptr<platform::bus::Consumer> consumer;
};

struct World {
  explicit World(platform::runtime::Runtime& test_runtime)
      : test(test_runtime),
        producer(test, fresh_service("producer")),
        database(bus_database_config("consumer")),
        auditor(test, "auditor", database),
        reader(test, "reader", database, producer) {}

  platform::awaitable<void> create() {
    co_await auditor.pool->run(
        {"test.create", "create table effects (seq bigserial, event_id uuid, key uuid, n int)"});
  }

  /// The number that `query` names n, from the consumer's database.
  platform::awaitable<std::int64_t> number(std::string_view query) {
    return number_in(*auditor.pool, query);
  }
  platform::awaitable<std::int64_t> number_of_producer(std::string_view query) {
    return number_in(*producer.instance.pool, query);
  }

  platform::awaitable<std::int64_t> effects() {
    return number("select count(*) as n from effects");
  }

  platform::awaitable<void> all_are_applied() {
    co_await eventually("all are applied", [this]() -> platform::awaitable<bool> {
      co_return co_await effects() >= static_cast<std::int64_t>(producer.total);
    });
  }

  /// Those of `key`, in the order in which they took effect.
  platform::awaitable<std::vector<int>> effects_of(base::Uuid key) {
    constexpr platform::postgres::Query query{"test.effects_of",
                                              "select n from effects where key = $1 order by seq"};
    std::vector<int> numbers;
    for (const auto row : co_await auditor.pool->run(query, key)) {
      numbers.push_back(row.get<int>("n"));
    }
    co_return numbers;
  }

  /// Each event had its effect once, and those of a key in their order.
  platform::awaitable<void> expect_once_and_in_order() {
    for (const auto& [key, count] : producer.last) {
      std::vector<int> expected;
      for (int n = 1; n <= count; ++n) expected.push_back(n);
      EXPECT_EQ(co_await effects_of(key), expected);
    }
  }

  /// Of the API of JetStream, by the part of the subject that precedes the stream's name.
  platform::awaitable<std::string> on_stream(std::string verb, std::string request = {}) {
    const auto answer = co_await producer.instance.connection->request(
        "$JS.API.STREAM." + verb + ".EVENTS_" + producer.service, std::move(request));
    co_return answer.data;
  }

  platform::runtime::Runtime& test;
  Producer producer;
  platform::postgres::PoolConfig database;
  Instance auditor;
  Reader reader;

 private:
  static platform::awaitable<std::int64_t> number_in(platform::postgres::Pool& pool,
                                                     std::string_view query) {
    const auto rows = co_await pool.run({query, query});
    co_return rows.front().get<std::int64_t>("n");
  }
};

inline void in_world(const std::function<platform::awaitable<void>(World&)>& body) {
  run(
      [&](platform::runtime::Runtime& test) -> platform::awaitable<void> {
        World world{test};
        co_await world.create();
        co_await body(world);
      },
      std::chrono::minutes{1});
}

}  // namespace tests::support
