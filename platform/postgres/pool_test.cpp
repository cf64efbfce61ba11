#include "platform/postgres/pool.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "platform/postgres/errors.hpp"
#include "platform/runtime/deadline.hpp"
#include "tests/support/stack_fixture.hpp"

namespace platform::postgres {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using runtime::Runtime;
using Clock = std::chrono::steady_clock;

/// Far less than what is waited for, and enough for a busy machine.
constexpr auto at_once = 1s;

constexpr Query create{"create", R"(
  CREATE TABLE fruits (
    name  text CONSTRAINT fruits_name_key PRIMARY KEY,
    price int  CONSTRAINT fruits_price_positive CHECK (price > 0),
    twin  text CONSTRAINT fruits_twin_exists REFERENCES fruits DEFERRABLE INITIALLY DEFERRED)
)"};
constexpr Query insert{"insert", "INSERT INTO fruits (name, price) VALUES ($1, $2)"};
constexpr Query insert_twin{"insert_twin", "INSERT INTO fruits (name, twin) VALUES ($1, $2)"};
constexpr Query count{"count", "SELECT count(*) AS n FROM fruits"};
constexpr Query lock_fruits{"lock", "LOCK TABLE fruits"};
constexpr Query backend{"backend", "SELECT pg_backend_pid() AS pid"};
constexpr Query sleep_long{"sleep", "SELECT pg_sleep(20)"};
constexpr Query wrong{"wrong", "SELEKT 1"};

/// A pool on a schema with an empty table of fruits.
class PoolTest : public testing::Test {
 protected:
  PoolConfig config = tests::support::fresh_database_config("pool");

  void with_pool(const std::function<awaitable<void>(Runtime&, Pool&)>& test) {
    tests::support::run([&](Runtime& runtime) -> awaitable<void> {
      const auto pool = make_pool(runtime, config);
      co_await pool->run(create);
      co_await test(runtime, *pool);
      co_await pool->close();
    });
  }
};

awaitable<std::int64_t> fruits_in(Pool& pool) {
  const auto rows = co_await pool.run(count);
  co_return rows.front().get<std::int64_t>("n");
}

awaitable<int> backend_of(Pool& pool) {
  const auto rows = co_await pool.run(backend);
  co_return rows.front().get<int>("pid");
}

/// Which of errors.hpp `operation` throws: "Contended".
awaitable<std::string> outcome_of(awaitable<Rows> operation) {
  try {
    co_await std::move(operation);
    co_return "done";
  } catch (const Unavailable&) {
    co_return "Unavailable";
  } catch (const Contended&) {
    co_return "Contended";
  } catch (const ConstraintViolated& violation) {
    co_return violation.constraint;
  } catch (const StatementFailed&) {
    co_return "StatementFailed";
  }
}

/// Starts `operation` and cancels it when it has had time to begin; returns how long it then took
/// to complete.
awaitable<Clock::duration> time_to_cancel(awaitable<void> operation) {
  const auto executor = co_await asio::this_coro::executor;
  asio::cancellation_signal signal;
  asio::steady_timer ended{executor, Clock::time_point::max()};
  asio::co_spawn(executor, std::move(operation),
                 asio::bind_cancellation_slot(signal.slot(),
                                              [&](const std::exception_ptr&) { ended.cancel(); }));
  co_await runtime::sleep_for(50ms);
  const auto start = Clock::now();
  signal.emit(asio::cancellation_type::terminal);
  boost::system::error_code ignored;
  co_await ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  co_return Clock::now() - start;
}

awaitable<void> discard_rows(awaitable<Rows> operation) { co_await std::move(operation); }

TEST_F(PoolTest, RunsStatements) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const auto inserted = co_await pool.run(insert, "mango", 5);
    EXPECT_EQ(inserted.affected(), 1);
    EXPECT_EQ(co_await fruits_in(pool), 1);
  });
}

TEST_F(PoolTest, NamesTheConstraintThatRefused) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    co_await pool.run(insert, "mango", 5);
    EXPECT_EQ(co_await outcome_of(pool.run(insert, "mango", 5)), "fruits_name_key");
    EXPECT_EQ(co_await outcome_of(pool.run(insert, "lime", 0)), "fruits_price_positive");
    EXPECT_EQ(co_await outcome_of(pool.run(insert_twin, "lime", "x")), "fruits_twin_exists");
  });
}

TEST_F(PoolTest, AStatementThatFailsLeavesItsConnectionUsable) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const int before = co_await backend_of(pool);
    EXPECT_EQ(co_await outcome_of(pool.run(wrong)), "StatementFailed");
    EXPECT_EQ(co_await outcome_of(pool.run(insert, "lime", 0)), "fruits_price_positive");
    EXPECT_EQ(co_await outcome_of(pool.run(insert, "lime", 1)), "done");
    EXPECT_EQ(co_await backend_of(pool), before);
  });
}

TEST_F(PoolTest, TheServerEndsLongStatements) {
  config.statement_timeout = 200ms;
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const int before = co_await backend_of(pool);
    EXPECT_EQ(co_await outcome_of(pool.run(sleep_long)), "Unavailable");
    EXPECT_EQ(co_await backend_of(pool), before);
  });
}

TEST_F(PoolTest, WaitingForALockIsContention) {
  config.lock_timeout = 50ms;
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const auto holder = co_await pool.begin();
    co_await holder->session().run(lock_fruits);
    EXPECT_EQ(co_await outcome_of(pool.run(insert, "mango", 5)), "Contended");
  });
}

TEST_F(PoolTest, ASilentServerIsUnavailable) {
  config.answer_timeout = 300ms;
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const int before = co_await backend_of(pool);
    const auto start = Clock::now();
    EXPECT_EQ(co_await outcome_of(pool.run(sleep_long)), "Unavailable");
    EXPECT_LT(Clock::now() - start, 5s);
    EXPECT_NE(co_await backend_of(pool), before);
  });
}

TEST_F(PoolTest, TwoStatementsOfOneNameAreABug) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    co_await pool.run(count);
    EXPECT_EQ(co_await outcome_of(pool.run(Query{"count", "SELECT 1"})), "StatementFailed");
    EXPECT_EQ(co_await fruits_in(pool), 0);
  });
}

TEST_F(PoolTest, AZeroInATextIsRefusedInsteadOfCuttingIt) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const int before = co_await backend_of(pool);
    EXPECT_EQ(co_await outcome_of(pool.run(insert, std::string{"a\0b", 3}, 1)), "StatementFailed");
    EXPECT_EQ(co_await backend_of(pool), before);
  });
}

TEST_F(PoolTest, AStatementOutdatedByAMigrationFailsOnlyOnce) {
  config.connections_max = 1;
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const Query all{"all", "SELECT * FROM fruits"};
    co_await pool.run(all);
    co_await pool.run(Query{"alter", "ALTER TABLE fruits ADD COLUMN colour text"});
    EXPECT_EQ(co_await outcome_of(pool.run(all)), "StatementFailed");
    EXPECT_EQ(co_await outcome_of(pool.run(all)), "done");
  });
}

TEST_F(PoolTest, ATransactionIsSeenWhenItCommits) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const auto transaction = co_await pool.begin();
    co_await transaction->session().run(insert, "mango", 5);
    EXPECT_EQ(co_await fruits_in(pool), 0);
    co_await transaction->commit();
    EXPECT_EQ(co_await fruits_in(pool), 1);
  });
}

TEST_F(PoolTest, ATransactionThatIsDroppedRollsBackAndReturnsItsConnection) {
  config.connections_max = 1;
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const int before = co_await backend_of(pool);
    {
      const auto transaction = co_await pool.begin();
      co_await transaction->session().run(insert, "mango", 5);
    }
    EXPECT_EQ(co_await fruits_in(pool), 0);
    EXPECT_EQ(co_await backend_of(pool), before);
  });
}

TEST_F(PoolTest, ATransactionCanBeRolledBack) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const auto transaction = co_await pool.begin();
    co_await transaction->session().run(insert, "mango", 5);
    co_await transaction->rollback();
    EXPECT_EQ(co_await fruits_in(pool), 0);
  });
}

TEST_F(PoolTest, AnUnusedTransactionCommitsNothing) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const auto transaction = co_await pool.begin();
    co_await transaction->commit();
    EXPECT_EQ(co_await fruits_in(pool), 0);
  });
}

awaitable<void> commit_after_failure(Pool& pool) {
  const auto transaction = co_await pool.begin();
  EXPECT_EQ(co_await outcome_of(transaction->session().run(insert, "lime", 0)),
            "fruits_price_positive");
  co_await transaction->commit();
}

TEST_F(PoolTest, AFailedTransactionDoesNotPretendToCommit) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    bool refused = false;
    try {
      co_await commit_after_failure(pool);
    } catch (const StatementFailed&) {
      refused = true;
    }
    EXPECT_TRUE(refused);
    EXPECT_EQ(co_await fruits_in(pool), 0);
  });
}

TEST_F(PoolTest, ACommitThatAConstraintRefusesSaysSo) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    std::string constraint;
    try {
      const auto transaction = co_await pool.begin();
      co_await transaction->session().run(insert_twin, "lime", "nobody");
      co_await transaction->commit();
    } catch (const ConstraintViolated& violation) {
      constraint = violation.constraint;
    }
    EXPECT_EQ(constraint, "fruits_twin_exists");
    EXPECT_EQ(co_await fruits_in(pool), 0);
  });
}

TEST_F(PoolTest, SavepointsUndoAPartOfATransaction) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const auto transaction = co_await pool.begin();
    auto& session = transaction->session();
    co_await session.run(insert, "mango", 5);
    co_await session.run(Query{"savepoint", "SAVEPOINT part"});
    EXPECT_EQ(co_await outcome_of(session.run(insert, "mango", 5)), "fruits_name_key");
    co_await session.run(Query{"undo", "ROLLBACK TO SAVEPOINT part"});
    co_await session.run(insert, "lime", 7);
    co_await transaction->commit();
    EXPECT_EQ(co_await fruits_in(pool), 2);
  });
}

TEST_F(PoolTest, CopiesRowsIn) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const auto transaction = co_await pool.begin();
    std::vector<std::vector<Text>> rows{{"tab\there\nand\\there\r", "1"}, {"\\N", {}}};
    for (int i = 0; i < 20'000; ++i) rows.push_back({"fruit " + to_text(i), "3"});
    co_await transaction->session().copy_in("fruits (name, price)", rows);
    co_await transaction->commit();
    EXPECT_EQ(co_await fruits_in(pool), 20'002);
    const auto found =
        co_await pool.run(Query{"find", "SELECT price FROM fruits WHERE name = $1"}, "\\N");
    EXPECT_EQ(found.front().maybe<int>("price"), std::nullopt);
  });
}

awaitable<Rows> copy_one(Pool& pool, std::string target, std::vector<Text> row) {
  const auto transaction = co_await pool.begin();
  std::vector<std::vector<Text>> rows;
  rows.push_back(std::move(row));
  co_await transaction->session().copy_in(std::move(target), std::move(rows));
  co_await transaction->commit();
  co_return Rows{};
}

TEST_F(PoolTest, ACopyThatFailsLeavesItsConnectionUsable) {
  config.connections_max = 1;
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const int before = co_await backend_of(pool);
    EXPECT_EQ(co_await outcome_of(copy_one(pool, "nuts (name)", {"x"})), "StatementFailed");
    EXPECT_EQ(co_await outcome_of(copy_one(pool, "fruits (price)", {"x"})), "StatementFailed");
    EXPECT_EQ(co_await outcome_of(copy_one(pool, "fruits (name, price)", {"x", "0"})),
              "fruits_price_positive");
    EXPECT_EQ(co_await outcome_of(copy_one(pool, "fruits (name)", {"x"})), "done");
    EXPECT_EQ(co_await backend_of(pool), before);
  });
}

TEST_F(PoolTest, NoMoreConnectionsThanItsBound) {
  config.connections_max = 2;
  config.lease_timeout = 500ms;
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const auto first = co_await pool.begin();
    const auto second = co_await pool.begin();
    EXPECT_EQ(co_await outcome_of(pool.run(count)), "Unavailable");
  });
}

TEST_F(PoolTest, NoMoreWaitersThanItsBound) {
  config.connections_max = 1;
  config.waiting_max = 0;
  tests::support::run([this](Runtime& runtime) -> awaitable<void> {
    const auto pool = make_pool(runtime, config);
    const auto start = Clock::now();
    EXPECT_EQ(co_await outcome_of(pool->run(count)), "Unavailable");
    EXPECT_LT(Clock::now() - start, 1s);
  });
}

awaitable<void> note_turn(Pool& pool, int number, std::vector<int>& turns) {
  co_await pool.run(count);
  turns.push_back(number);
}

TEST_F(PoolTest, WhoWaitsFirstIsServedFirst) {
  config.connections_max = 1;
  with_pool([](Runtime& runtime, Pool& pool) -> awaitable<void> {
    std::vector<int> turns;
    auto holder = co_await pool.begin();
    for (int i = 0; i < 20; ++i) runtime.tasks().spawn("turn", note_turn(pool, i, turns));
    co_await runtime::sleep_for(10ms);
    holder.reset();
    co_await pool.run(count);
    EXPECT_EQ(turns.size(), 20);
    EXPECT_TRUE(std::ranges::is_sorted(turns));
  });
}

TEST_F(PoolTest, ACancelledStatementCompletesAtOnceAndItsConnectionIsReplaced) {
  config.connections_max = 1;
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const int before = co_await backend_of(pool);
    EXPECT_LT(co_await time_to_cancel(discard_rows(pool.run(sleep_long))), at_once);
    EXPECT_NE(co_await backend_of(pool), before);
  });
}

TEST_F(PoolTest, ACancelledWaiterCompletesAtOnceAndTakesNothing) {
  config.connections_max = 1;
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    auto holder = co_await pool.begin();
    EXPECT_LT(co_await time_to_cancel(discard_rows(pool.run(count))), at_once);
    holder.reset();
    EXPECT_EQ(co_await fruits_in(pool), 0);
  });
}

awaitable<void> sleep_in_transaction(Pool& pool) {
  const auto transaction = co_await pool.begin();
  co_await transaction->session().run(insert, "mango", 5);
  co_await transaction->session().run(sleep_long);
  co_await transaction->commit();
}

TEST_F(PoolTest, ACancelledTransactionLeavesNothing) {
  config.connections_max = 1;
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    EXPECT_LT(co_await time_to_cancel(sleep_in_transaction(pool)), at_once);
    EXPECT_EQ(co_await fruits_in(pool), 0);
  });
}

TEST_F(PoolTest, AConnectionThatDiedIdleIsReplacedUnseen) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    const auto killer = co_await pool.begin();
    const int victim = co_await backend_of(pool);
    const Query terminate{"terminate", "SELECT pg_terminate_backend($1, 5000)"};
    co_await killer->session().run(terminate, victim);
    EXPECT_EQ(co_await fruits_in(pool), 0);
  });
}

TEST_F(PoolTest, AClosedPoolRefuses) {
  with_pool([](Runtime&, Pool& pool) -> awaitable<void> {
    co_await pool.close();
    EXPECT_EQ(co_await outcome_of(pool.run(count)), "Unavailable");
  });
}

awaitable<void> hold(std::unique_ptr<Transaction> transaction, bool& returned) {
  co_await transaction->session().run(insert, "mango", 5);
  co_await runtime::sleep_for(50ms);
  co_await transaction->commit();
  returned = true;
}

TEST_F(PoolTest, ClosingWaitsForWhatIsLeased) {
  with_pool([](Runtime& runtime, Pool& pool) -> awaitable<void> {
    bool returned = false;
    runtime.tasks().spawn("holder", hold(co_await pool.begin(), returned));
    co_await pool.close();
    EXPECT_TRUE(returned);
  });
}

TEST_F(PoolTest, ATransactionMayOutliveItsPool) {
  tests::support::run([this](Runtime& runtime) -> awaitable<void> {
    auto pool = make_pool(runtime, config);
    co_await pool->run(create);
    const auto transaction = co_await pool->begin();
    co_await transaction->session().run(insert, "mango", 5);
    pool.reset();
  });
}

TEST_F(PoolTest, NobodyThereIsUnavailableWithTheReason) {
  config.port = 1;
  config.lease_timeout = 100ms;
  tests::support::run([this](Runtime& runtime) -> awaitable<void> {
    const auto pool = make_pool(runtime, config);
    std::string reason;
    try {
      co_await pool->run(count);
    } catch (const Unavailable& unavailable) {
      reason = unavailable.what();
    }
    EXPECT_TRUE(reason.contains("Connection refused")) << reason;
  });
}

TEST_F(PoolTest, FindsItsServerByName) {
  config.host = "localhost";
  with_pool(
      [](Runtime&, Pool& pool) -> awaitable<void> { EXPECT_EQ(co_await fruits_in(pool), 0); });
}

}  // namespace
}  // namespace platform::postgres
