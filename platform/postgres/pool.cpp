#include "platform/postgres/pool.hpp"

#include <utility>

#include "base/assert.hpp"
#include "platform/postgres/connections.hpp"
#include "platform/postgres/errors.hpp"

namespace platform::postgres {
namespace {

/// BEGIN travels with the first statement, so an unused transaction costs nothing.
class LeasedTransaction final : public Transaction, public Session {
 public:
  explicit LeasedTransaction(Lease lease) : lease_(std::move(lease)) {}

  Session& session() override { return *this; }

  awaitable<Rows> run_with(Query query, std::vector<Text> parameters) override {
    NEBENGJEK_ASSERT(!ended_);
    std::vector<Statement> statements;
    if (!std::exchange(begun_, true)) statements.push_back({begin_statement, {}});
    statements.push_back({query, std::move(parameters)});
    co_return co_await lease_->run(std::move(statements));
  }

  awaitable<void> copy_in(std::string table_and_columns,
                          std::vector<std::vector<Text>> rows) override {
    NEBENGJEK_ASSERT(!ended_);
    if (!std::exchange(begun_, true)) co_await lease_->run({{begin_statement, {}}});
    co_await lease_->copy_in(std::move(table_and_columns), std::move(rows));
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
    if (begun_) co_await lease_->run({{query, {}}});
    lease_.end();
  }

  Lease lease_;
  bool begun_ = false;
  bool ended_ = false;
};

class LeasingPool final : public Pool {
 public:
  LeasingPool(runtime::Runtime& runtime, PoolConfig config)
      : connections_(std::make_shared<Connections>(runtime, std::move(config))) {}
  ~LeasingPool() override { connections_->shut(); }

  awaitable<Rows> run_with(Query query, std::vector<Text> parameters) override {
    const auto lease = co_await connections_->lease();
    std::vector<Statement> statements;
    statements.push_back({query, std::move(parameters)});
    co_return co_await lease->run(std::move(statements));
  }

  awaitable<std::unique_ptr<Transaction>> begin() override {
    co_return std::make_unique<LeasedTransaction>(co_await connections_->lease());
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
