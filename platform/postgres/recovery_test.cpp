#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "platform/postgres/errors.hpp"
#include "platform/postgres/pool.hpp"
#include "platform/runtime/deadline.hpp"
#include "tests/support/stack_fixture.hpp"

namespace platform::postgres {
namespace {

using namespace std::chrono_literals;
using runtime::Runtime;
using stack::Server;
using Clock = std::chrono::steady_clock;

constexpr Query one{"one", "SELECT 1"};
constexpr Query sleep_long{"sleep", "SELECT pg_sleep(20)"};

/// A pool on a server that the test may break, with the timeouts of request pools.
class RecoveryTest : public testing::Test {
 protected:
  stack::Stack& servers = tests::support::shared_stack();
  PoolConfig config = tests::support::fresh_database_config("recovery", servers.addresses());

  void SetUp() override {
    config.lease_timeout = 500ms;
    config.answer_timeout = 500ms;
  }

  void with_pool(const std::function<awaitable<void>(Runtime&, Pool&)>& test) {
    tests::support::run([&](Runtime& runtime) -> awaitable<void> {
      const auto pool = make_pool(runtime, config);
      co_await test(runtime, *pool);
      co_await pool->close();
    });
  }
};

awaitable<bool> is_available(Pool& pool, Query query = one) {
  try {
    co_await pool.run(query);
    co_return true;
  } catch (const Unavailable&) {
    co_return false;
  }
}

awaitable<void> until_available(Pool& pool) {
  while (!co_await is_available(pool)) continue;
}

awaitable<void> note_outcome(Pool& pool, Query query, std::optional<bool>& available) {
  available = co_await is_available(pool, query);
}

awaitable<void> until_known(const std::optional<bool>& outcome) {
  while (!outcome) co_await runtime::sleep_for(5ms);
}

TEST_F(RecoveryTest, AKilledServerIsUnavailableAndBackWithIt) {
  with_pool([this](Runtime& runtime, Pool& pool) -> awaitable<void> {
    EXPECT_TRUE(co_await is_available(pool));
    std::optional<bool> in_flight;
    runtime.tasks().spawn("sleeper", note_outcome(pool, sleep_long, in_flight));
    co_await runtime::sleep_for(50ms);
    servers.kill(Server::postgres);
    co_await until_known(in_flight);
    EXPECT_FALSE(*in_flight);
    EXPECT_FALSE(co_await is_available(pool));
    servers.start(Server::postgres);
    co_await until_available(pool);
  });
}

TEST_F(RecoveryTest, ARestartWhileIdleIsNotSeen) {
  with_pool([this](Runtime&, Pool& pool) -> awaitable<void> {
    EXPECT_TRUE(co_await is_available(pool));
    servers.kill(Server::postgres);
    servers.start(Server::postgres);
    EXPECT_TRUE(co_await is_available(pool));
  });
}

TEST_F(RecoveryTest, WhatWasCommittedIsThereAfterTheKill) {
  with_pool([this](Runtime&, Pool& pool) -> awaitable<void> {
    co_await pool.run(Query{"create", "CREATE TABLE kept (n int)"});
    const auto transaction = co_await pool.begin();
    co_await transaction->session().run(Query{"insert", "INSERT INTO kept VALUES ($1)"}, 7);
    co_await transaction->commit();
    servers.kill(Server::postgres);
    servers.start(Server::postgres);
    co_await until_available(pool);
    const auto rows = co_await pool.run(Query{"read", "SELECT n FROM kept"});
    EXPECT_EQ(rows.front().get<int>("n"), 7);
  });
}

TEST_F(RecoveryTest, APausedServerIsUnavailableInTimeAndBackWithIt) {
  with_pool([this](Runtime&, Pool& pool) -> awaitable<void> {
    EXPECT_TRUE(co_await is_available(pool));
    servers.pause(Server::postgres);
    const auto start = Clock::now();
    EXPECT_FALSE(co_await is_available(pool));  // On the connection that was open.
    EXPECT_FALSE(co_await is_available(pool));  // On none.
    EXPECT_LT(Clock::now() - start, config.answer_timeout + config.lease_timeout + 1s);
    servers.resume(Server::postgres);
    co_await until_available(pool);
  });
}

}  // namespace
}  // namespace platform::postgres
