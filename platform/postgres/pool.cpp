#include "platform/postgres/pool.hpp"

#include <utility>

#include "base/assert.hpp"
#include "platform/postgres/connections.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/resilience/dependency.hpp"

namespace platform::postgres {
namespace {

using resilience::Dependency;
using resilience::Outcome;

/// An answer is one even when it is an error; that all our connections are in use says nothing.
Outcome outcome_of_failure() {
  try {
    throw;
  } catch (const PoolBusy&) {
    return Outcome::unknown;
  } catch (const Unavailable&) {
    return Outcome::bad;
  } catch (const Contended&) {
    return Outcome::good;
  } catch (const ConstraintViolated&) {
    return Outcome::good;
  } catch (const StatementFailed&) {
    return Outcome::good;
  } catch (...) {
    return resilience::outcome_of_exception();
  }
}

std::unique_ptr<Dependency::Call> admitted(Dependency& database) {
  try {
    return std::make_unique<Dependency::Call>(database);
  } catch (const resilience::CircuitOpen&) {
    throw Unavailable{"the database answered too few of the last statements"};
  }
}

/// BEGIN travels with the first statement, so an unused transaction costs nothing.
class LeasedTransaction final : public Transaction, public Session {
 public:
  LeasedTransaction(std::unique_ptr<Dependency::Call> call, Lease lease)
      : lease_(std::move(lease)), call_(std::move(call)) {}

  Session& session() override { return *this; }

  awaitable<Rows> run_with(Query query, std::vector<Text> parameters) override {
    NEBENGJEK_ASSERT(!ended_);
    std::vector<Statement> statements;
    if (!std::exchange(begun_, true)) statements.push_back({begin_statement, {}});
    statements.push_back({query, std::move(parameters)});
    co_return co_await call_->run([&] { return lease_->run(std::move(statements)); },
                                  &outcome_of_failure);
  }

  awaitable<void> copy_in(std::string table_and_columns,
                          std::vector<std::vector<Text>> rows) override {
    NEBENGJEK_ASSERT(!ended_);
    co_await call_->run(
        [&]() -> awaitable<void> {
          if (!std::exchange(begun_, true)) co_await lease_->run({{begin_statement, {}}});
          co_await lease_->copy_in(std::move(table_and_columns), std::move(rows));
        },
        &outcome_of_failure);
  }

  // PostgreSQL answers COMMIT of a failed transaction with a ROLLBACK that looks like success.
  awaitable<void> commit() override {
    if (begun_ && lease_->state() == Connection::State::in_failed_transaction) {
      throw StatementFailed{"commit: a statement of this transaction failed"};
    }
    return end_with(commit_statement);
  }

  awaitable<void> rollback() override { return end_with(rollback_statement); }

 private:
  awaitable<void> end_with(Query query) {
    NEBENGJEK_ASSERT(!ended_);
    ended_ = true;
    if (begun_)
      co_await call_->run([&] { return lease_->run({{query, {}}}); }, &outcome_of_failure);
    lease_.end();
  }

  Lease lease_;
  std::unique_ptr<Dependency::Call> call_;  // On what the lease keeps alive.
  bool begun_ = false;
  bool ended_ = false;
};

class LeasingPool final : public Pool {
 public:
  LeasingPool(runtime::Runtime& runtime, PoolConfig config)
      : connections_(std::make_shared<Connections>(runtime, std::move(config))) {}
  ~LeasingPool() override { connections_->shut(); }

  awaitable<Rows> run_with(Query query, std::vector<Text> parameters) override {
    const auto call = admitted(connections_->database());
    co_return co_await call->run(
        [&]() -> awaitable<Rows> {
          const auto lease = co_await connections_->lease();
          std::vector<Statement> statements;
          statements.push_back({query, std::move(parameters)});
          co_return co_await lease->run(std::move(statements));
        },
        &outcome_of_failure);
  }

  awaitable<std::unique_ptr<Transaction>> begin() override {
    auto call = admitted(connections_->database());
    auto lease = co_await call->run([&] { return connections_->lease(); }, &outcome_of_failure);
    co_return std::make_unique<LeasedTransaction>(std::move(call), std::move(lease));
  }

  awaitable<void> close() override { return connections_->close(); }

 private:
  std::shared_ptr<Connections> connections_;
};

}  // namespace

std::unique_ptr<Pool> make_pool(runtime::Runtime& runtime, PoolConfig config) {
  return std::make_unique<LeasingPool>(runtime, std::move(config));
}

}  // namespace platform::postgres
