// Every operation that takes an Idempotency-Key, as it is bound and executed everywhere: fifty at
// once under one key have one effect and one answer, which outlives the executor; another request
// under that key is refused. The rows come from contracts/operations.hpp, so that a new one is
// covered as soon as it is one.

#include <set>

#include <gtest/gtest.h>

#include "contracts/operations.hpp"
#include "platform/runtime/deadline.hpp"
#include "services/binding/commands.hpp"
#include "tests/support/bus_fixture.hpp"

namespace services::binding {
namespace {

namespace errors = contracts::errors;
namespace operations = contracts::operations;
using contracts::OperationRow;
using platform::awaitable;
using platform::postgres::Query;
using platform::runtime::Runtime;

constexpr int senders = 50;

constexpr Query make_table{"make_table", "create table effects (subject text not null)"};
constexpr Query add_effect{"add_effect", "insert into effects values ($1)"};
constexpr Query count_effects{"count_effects",
                              "select count(*) as n from effects where subject = $1"};

bool takes_key(const OperationRow& row) {
  return row.changes_something() && row.role != contracts::Role::anyone;
}

std::vector<const OperationRow*> rows_with_key() {
  std::vector<const OperationRow*> rows;
  const auto add = [&](const OperationRow& row) {
    if (takes_key(row)) rows.push_back(&row);
  };
  std::apply([&](const auto&... operation) { (add(operation), ...); }, operations::all);
  return rows;
}

/// Whatever the operation is: it leaves a row, and answers what nobody was answered before.
BoundCommand effect_of(const OperationRow& row) {
  return {&row, [&row](Work& work, const Caller&, const boost::json::value&) -> awaitable<Answer> {
            auto& session = *co_await work.session();
            co_await session.run(add_effect, row.subject);
            const auto id = work.new_id<domain::RideId>().text();
            co_return Answer{.status = row.status, .body = R"({"id":")" + id + R"("})"};
          }};
}

std::vector<BoundCommand> commands() {
  std::vector<BoundCommand> commands;
  for (const auto* row : rows_with_key()) commands.push_back(effect_of(*row));
  return commands;
}

Caller caller_of(const OperationRow& row) {
  if (row.role == contracts::Role::staff) return {.staff = "back office"};
  return {.user = domain::UserId::parse("0190a1b2-c3d4-7000-8000-000000000001").value()};
}

Call call_of(const OperationRow& row, std::string body) {
  return {.caller = caller_of(row),
          .body = std::move(body),
          .idempotency_key = "key of " + std::string{row.name}};
}

std::string code_of(const Answer& answer) {
  return base::json::from_text<contracts::Problem>(answer.body).value().code;
}

class Desk {
 public:
  explicit Desk(Runtime& test)
      : instance(test, "desk", tests::support::bus_database_config("one_effect")) {
    start();
  }

  /// Forgets all that is not in the tables.
  void start() {
    executor_ = make_executor(instance.runtime, *instance.pool, commands(), [] {},
                              {.deadline = std::chrono::seconds{20}});
  }

  awaitable<Answer> send(const OperationRow& row, std::string body) {
    return executor_->execute(row, call_of(row, std::move(body)));
  }

  awaitable<int> effects(const OperationRow& row) {
    const auto rows = co_await instance.pool->run(count_effects, row.subject);
    co_return rows.front().get<int>("n");
  }

  awaitable<void> leave() {
    co_await executor_->drain();
    co_await instance.leave();
  }

  tests::support::Instance instance;

 private:
  std::unique_ptr<CommandExecutor> executor_;
};

/// As a phone does: again, until it is not "still running".
awaitable<Answer> send_patiently(Desk& desk, const OperationRow& row, std::string body) {
  for (;;) {
    auto answer = co_await desk.send(row, body);
    if (answer.ok() || code_of(answer) != errors::still_running.code) co_return answer;
    EXPECT_EQ(answer.status, 409);
    co_await platform::runtime::sleep_for(std::chrono::milliseconds{5});
  }
}

awaitable<std::set<std::pair<int, std::string>>> answers_at_once(Desk& desk,
                                                                 const OperationRow& row) {
  std::set<std::pair<int, std::string>> answers;
  int done = 0;
  for (int i = 0; i < senders; ++i) {
    desk.instance.runtime.tasks().spawn("sender", [&]() -> awaitable<void> {
      const auto answer = co_await send_patiently(desk, row, R"({"wish":1})");
      answers.emplace(answer.status, answer.body);
      ++done;
    });
  }
  co_await tests::support::eventually("all have an answer", [&] { return done == senders; });
  co_return answers;
}

TEST(OneEffect, OfEveryOperationThatTakesAKey) {
  EXPECT_GT(rows_with_key().size(), 40u);
  tests::support::run([](Runtime& runtime) -> awaitable<void> {
    Desk desk{runtime};
    co_await desk.instance.pool->run(make_table);
    for (const auto* row : rows_with_key()) {
      const auto answers = co_await answers_at_once(desk, *row);
      EXPECT_EQ(answers.size(), 1u) << row->name;
      EXPECT_EQ(answers.begin()->first, row->status) << row->name << answers.begin()->second;
      EXPECT_EQ(co_await desk.effects(*row), 1) << row->name;
    }
    desk.start();  // As after a crash between the commits and the replies.
    for (const auto* row : rows_with_key()) {
      const auto first = co_await send_patiently(desk, *row, R"({"wish":1})");
      EXPECT_EQ(first.status, row->status) << row->name;
      const auto other = co_await send_patiently(desk, *row, R"({"wish":2})");
      EXPECT_EQ(other.status, 422) << row->name;
      EXPECT_EQ(code_of(other), errors::key_reused.code) << row->name;
      EXPECT_EQ(co_await desk.effects(*row), 1) << row->name;
    }
    co_await desk.leave();
  });
}

}  // namespace
}  // namespace services::binding
