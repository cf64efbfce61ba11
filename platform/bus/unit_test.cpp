#include "platform/bus/unit.hpp"

#include <algorithm>
#include <stdexcept>

#include <gtest/gtest.h>

#include "platform/postgres/errors.hpp"
#include "tests/support/bus_fixture.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;
using runtime::Runtime;
using tests::support::bus_database_config;
using tests::support::eventually;
using tests::support::run;

constexpr postgres::Query count_events{"test.count_events", "select count(*) as n from outbox"};
constexpr postgres::Query read_events{
    "test.read_events",
    "select event_id, shard, position, type, key, payload, trace, at from outbox order by id"};

struct Fixture {
  Runtime& runtime;
  postgres::Pool& pool;

  Event event(std::string payload = "{}") const {
    return {
        .id = runtime.new_id<base::Id<struct Any>>().uuid,
        .type = "ride.started",
        .key = runtime.new_id<base::Id<struct Any>>().uuid,
        .payload = std::move(payload),
        .trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        .at = runtime.now(),
    };
  }

  awaitable<std::int64_t> events() {
    const auto rows = co_await pool.run(count_events);
    co_return rows.front().get<std::int64_t>("n");
  }
};

void with_fixture(const std::function<awaitable<void>(Fixture&)>& body) {
  run([&](Runtime& runtime) -> awaitable<void> {
    const auto pool = postgres::make_pool(runtime, bus_database_config("unit"));
    Fixture fixture{runtime, *pool};
    co_await body(fixture);
    co_await runtime.tasks().join();
    co_await pool->close();
  });
}

TEST(Unit, WritesEventsIntoTheOutboxWithTheCommit) {
  with_fixture([](Fixture& test) -> awaitable<void> {
    const auto event = test.event(R"({"z": 1, "a":  1.0})");
    Unit unit{test.pool, std::nullopt};
    co_await unit.emit(event);
    EXPECT_EQ(co_await test.events(), 0);
    co_await unit.commit("");

    const auto rows = co_await test.pool.run(read_events);
    EXPECT_EQ(rows.size(), 1u);
    const auto row = rows.front();
    EXPECT_EQ(row.get<base::Uuid>("event_id"), event.id);
    EXPECT_EQ(row.get<int>("shard"), static_cast<int>(event.shard()));
    EXPECT_FALSE(row.maybe<std::int64_t>("position"));
    EXPECT_EQ(row.get<std::string>("type"), event.type);
    EXPECT_EQ(row.get<base::Uuid>("key"), event.key);
    EXPECT_EQ(row.get<std::string>("payload"), event.payload) << "byte for byte";
    EXPECT_EQ(row.get<std::string>("trace"), event.trace);
    EXPECT_EQ(row.get<base::Instant>("at"), event.at);
  });
}

TEST(Unit, LeavesNothingBehindWithoutACommit) {
  with_fixture([](Fixture& test) -> awaitable<void> {
    {
      Unit unit{test.pool, IdempotencyKey{"user", "key", "hash"}};
      co_await unit.emit(test.event());
    }
    EXPECT_EQ(co_await test.events(), 0);
    Unit again{test.pool, IdempotencyKey{"user", "key", "hash"}};
    co_await eventually("the key is free", [&]() -> awaitable<bool> {
      try {
        co_await again.session();
        co_return true;
      } catch (const StillRunning&) {
        co_return false;
      }
    });
  });
}

TEST(Unit, OpensNothingWhenNothingIsUsed) {
  with_fixture([](Fixture& test) -> awaitable<void> {
    Unit unit{test.pool, IdempotencyKey{"user", "key", "hash"}};
    co_await unit.commit("an answer that nobody needs to remember");
    Unit again{test.pool, IdempotencyKey{"user", "key", "hash"}};
    EXPECT_NE(co_await again.session(), nullptr);
  });
}

TEST(Unit, RefusesAnEventThatNobodyCouldBeSent) {
  with_fixture([](Fixture& test) -> awaitable<void> {
    Unit unit{test.pool, std::nullopt};
    const std::string large(event_payload_bytes_max, 'x');
    EXPECT_THROW(co_await unit.emit(test.event('"' + large + '"')), std::length_error);
  });
}

/// "answer" when the command was answered before, else what became of it.
awaitable<std::string> repeat_command(Fixture& test, IdempotencyKey key, std::string answer) {
  try {
    Unit unit{test.pool, std::move(key)};
    co_await unit.session();
    co_await unit.emit(test.event());
    co_await unit.commit(std::move(answer));
    co_return "done";
  } catch (const AlreadyAnswered& first) {
    co_return first.answer;
  } catch (const KeyReused&) {
    co_return "key reused";
  } catch (const StillRunning&) {
    co_return "still running";
  }
}

TEST(Unit, ARepeatedCommandFindsItsFirstAnswer) {
  with_fixture([](Fixture& test) -> awaitable<void> {
    EXPECT_EQ(co_await repeat_command(test, {"user", "key", "hash"}, "first"), "done");
    EXPECT_EQ(co_await repeat_command(test, {"user", "key", "hash"}, "second"), "first");
    EXPECT_EQ(co_await repeat_command(test, {"user", "key", "other hash"}, "second"), "key reused");
    EXPECT_EQ(co_await repeat_command(test, {"another user", "key", "hash"}, "third"), "done");
    EXPECT_EQ(co_await repeat_command(test, {"user", "another key", "hash"}, "fourth"), "done");
    EXPECT_EQ(co_await test.events(), 3);
  });
}

TEST(Unit, ACommandThatIsBeingCarriedOutIsNotCarriedOutTwice) {
  with_fixture([](Fixture& test) -> awaitable<void> {
    Unit first{test.pool, IdempotencyKey{"user", "key", "hash"}};
    co_await first.session();
    EXPECT_EQ(co_await repeat_command(test, {"user", "key", "hash"}, "x"), "still running");
    co_await first.commit("first");
    EXPECT_EQ(co_await repeat_command(test, {"user", "key", "hash"}, "x"), "first");
  });
}

TEST(Unit, FiftyAtOnceHaveOneEffect) {
  with_fixture([](Fixture& test) -> awaitable<void> {
    std::vector<std::string> outcomes;
    for (int i = 0; i < 50; ++i) {
      test.runtime.tasks().spawn("repeat", [&]() -> awaitable<void> {
        outcomes.push_back(co_await repeat_command(test, {"user", "key", "hash"}, "the answer"));
      });
    }
    co_await eventually("all have an outcome", [&] { return outcomes.size() == 50; });
    EXPECT_EQ(std::ranges::count(outcomes, "done"), 1);
    EXPECT_EQ(
        std::ranges::count(outcomes, "the answer") + std::ranges::count(outcomes, "still running"),
        49);
    EXPECT_EQ(co_await test.events(), 1);
  });
}

TEST(Unit, JoinsATransactionThatAnotherCommits) {
  with_fixture([](Fixture& test) -> awaitable<void> {
    const auto transaction = co_await test.pool.begin();
    Unit unit{test.pool, transaction->session()};
    co_await unit.emit(test.event());
    co_await unit.commit("");
    EXPECT_EQ(co_await test.events(), 0);
    co_await transaction->commit();
    EXPECT_EQ(co_await test.events(), 1);
  });
}

}  // namespace
}  // namespace platform::bus
