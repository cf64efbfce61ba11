// What surrounds every command: decoding, the unit of work, idempotency, and failures as answers.

#include "services/binding/commands.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "platform/postgres/errors.hpp"
#include "services/binding/remote.hpp"
#include "tests/support/bus_fixture.hpp"

namespace services::binding {
namespace {

namespace errors = contracts::errors;
namespace postgres = platform::postgres;
using domain::Outcome;
using domain::Rejection;
using platform::awaitable;
using platform::runtime::Runtime;

struct Add {
  int amount = 0;
};
BOOST_DESCRIBE_STRUCT(Add, (), (amount))
void check(const Add& add, base::json::Check& check) {
  check.field("amount").between(add.amount, -100, 100);
}

struct Total {
  int total = 0;
};
BOOST_DESCRIBE_STRUCT(Total, (), (total))

constexpr contracts::Operation<Add, Total> add_operation{{"add",
                                                          "What add does",
                                                          contracts::Method::post,
                                                          "",
                                                          "",
                                                          contracts::Owner::rides,
                                                          "binding_test.add",
                                                          contracts::Role::service,
                                                          201,
                                                          {Rejection::too_far}}};
constexpr contracts::Operation<Add, Total> count_refused_operation{{"count_refused",
                                                                    "What count_refused does",
                                                                    contracts::Method::post,
                                                                    "",
                                                                    "",
                                                                    contracts::Owner::rides,
                                                                    "binding_test.count_refused",
                                                                    contracts::Role::service,
                                                                    200,
                                                                    {Rejection::wrong_pin}}};
constexpr contracts::Operation<Add, Total> fail_operation{{"fail",
                                                           "What fail does",
                                                           contracts::Method::post,
                                                           "",
                                                           "",
                                                           contracts::Owner::rides,
                                                           "binding_test.fail",
                                                           contracts::Role::service,
                                                           200,
                                                           {}}};

constexpr contracts::Operation<Add, Total> staff_operation{{"add_as_staff",
                                                            "What add does, for staff",
                                                            contracts::Method::post,
                                                            "/admin/v1/sums",
                                                            "",
                                                            contracts::Owner::rides,
                                                            "binding_test.add_as_staff",
                                                            contracts::Role::staff,
                                                            200,
                                                            {Rejection::too_far},
                                                            "sums:write"}};

constexpr postgres::Query read_audit{
    "read_audit", "select staff, address, operation, arguments, trace from audit_log order by id"};
constexpr postgres::Query make_table{"make_table", "create table sums (total int not null)"};
constexpr postgres::Query first_row{"first_row", "insert into sums values (0)"};
constexpr postgres::Query add_to_sum{"add_to_sum",
                                     "update sums set total = total + $1 returning total"};
constexpr postgres::Query read_sum{"read_sum", "select total from sums"};

class Sums {
 public:
  explicit Sums(Work& work) : work_(work) {}

  /// Refuses a negative amount, after it was added: the refusal must undo that.
  awaitable<Outcome<Total>> add(Caller, Add command) {
    const auto total = co_await add_to_total(command.amount);
    if (command.amount < 0) co_return domain::rejected(Rejection::too_far);
    co_return total;
  }

  awaitable<Outcome<Total>> count_refused(Caller, Add command) {
    co_await add_to_total(command.amount);
    work_.keep_refusal();
    co_return domain::rejected(Rejection::wrong_pin);
  }

  /// Fails as the amount says, after it was added.
  awaitable<Outcome<Total>> fail(Caller, Add command) {
    co_await add_to_total(command.amount);
    switch (command.amount) {
      case 1: throw postgres::Unavailable{"gone"};
      case 2: throw RemoteUnavailable{"gone"};
      case 3: throw postgres::Contended{"in the way"};
      default: throw std::logic_error{"our bug"};
    }
  }

 private:
  awaitable<Total> add_to_total(int amount) {
    auto* session = co_await work_.session();
    const auto rows = co_await session->run(add_to_sum, amount);
    co_return Total{rows.front().get<int>("total")};
  }

  Work& work_;
};

constexpr Command<Sums> commands[] = {
    on<&Sums::add>(add_operation),
    on<&Sums::count_refused>(count_refused_operation),
    on<&Sums::fail>(fail_operation),
    on<&Sums::add>(staff_operation),
};

/// An executor over a fresh schema.
struct Desk {
  explicit Desk(Runtime& test)
      : instance(test, "desk", tests::support::bus_database_config("binding")),
        executor(make_executor(
            instance.runtime, *instance.pool,
            bind<Sums>(commands, [](Work& work) { return std::make_shared<Sums>(work); }),
            [this] { ++commits; })) {}

  awaitable<void> open() {
    co_await instance.pool->run(make_table);
    co_await instance.pool->run(first_row);
  }

  awaitable<Answer> ask(const contracts::OperationRow& row, std::string body,
                        std::string key = {}) {
    return executor->execute(
        row, {.caller = caller, .body = std::move(body), .idempotency_key = std::move(key)});
  }

  awaitable<int> total() {
    const auto rows = co_await instance.pool->run(read_sum);
    co_return rows.front().get<int>("total");
  }

  tests::support::Instance instance;
  int commits = 0;
  Caller caller{.user = platform::runtime::new_id<domain::UserId>(
                    platform::runtime::system_clock(), platform::runtime::system_entropy())};
  std::unique_ptr<CommandExecutor> executor;
};

void with_desk(const std::function<awaitable<void>(Desk&)>& test) {
  tests::support::run([&](Runtime& runtime) -> awaitable<void> {
    Desk desk{runtime};
    co_await desk.open();
    co_await test(desk);
    co_await desk.executor->drain();
    co_await desk.instance.leave();
  });
}

std::string code_of(const Answer& answer) {
  return base::json::from_text<contracts::Problem>(answer.body).value().code;
}

TEST(Commands, AnswersWithTheStatusOfTheRow) {
  with_desk([](Desk& desk) -> awaitable<void> {
    const auto answer = co_await desk.ask(add_operation, R"({"amount": 3})");
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, R"({"total":3})");
    EXPECT_EQ(desk.commits, 1);
  });
}

TEST(Commands, RefusesWhatIsNotTheRequest) {
  with_desk([](Desk& desk) -> awaitable<void> {
    struct Case {
      std::string body;
      int status;
      std::string_view code;
    };
    const std::vector<Case> cases{{"{", 400, "malformed"},
                                  {R"({"amount": 1, "more": 2})", 400, "unknown_field"},
                                  {"{}", 422, "invalid"},
                                  {R"({"amount": "1"})", 422, "invalid"},
                                  {R"({"amount": 101})", 422, "invalid"}};
    for (const auto& [body, status, code] : cases) {
      const auto answer = co_await desk.ask(add_operation, body);
      EXPECT_EQ(answer.status, status) << body;
      EXPECT_EQ(code_of(answer), code) << body;
    }
    EXPECT_EQ(co_await desk.total(), 0);
  });
}

TEST(Commands, ARejectionChangesNothing) {
  with_desk([](Desk& desk) -> awaitable<void> {
    const auto answer = co_await desk.ask(add_operation, R"({"amount": -3})");
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(code_of(answer), "too_far");
    EXPECT_EQ(co_await desk.total(), 0);
  });
}

TEST(Commands, ARefusalThatIsKeptIsCommitted) {
  with_desk([](Desk& desk) -> awaitable<void> {
    const auto answer = co_await desk.ask(count_refused_operation, R"({"amount": 1})");
    EXPECT_EQ(code_of(answer), "wrong_pin");
    EXPECT_EQ(co_await desk.total(), 1);
  });
}

TEST(Commands, TheSameKeyFindsTheFirstAnswer) {
  with_desk([](Desk& desk) -> awaitable<void> {
    const auto first = co_await desk.ask(add_operation, R"({"amount": 3})", "key");
    const auto second = co_await desk.ask(add_operation, R"({"amount": 3})", "key");
    EXPECT_EQ(second.status, first.status);
    EXPECT_EQ(second.body, first.body);
    const auto other = co_await desk.ask(add_operation, R"({"amount": 4})", "key");
    EXPECT_EQ(code_of(other), errors::key_reused.code);
    EXPECT_EQ(co_await desk.total(), 3);
  });
}

TEST(Commands, AKeyBelongsToItsSender) {
  with_desk([](Desk& desk) -> awaitable<void> {
    co_await desk.ask(add_operation, R"({"amount": 3})", "key");
    desk.caller.user = desk.instance.runtime.new_id<domain::UserId>();
    const auto other = co_await desk.ask(add_operation, R"({"amount": 4})", "key");
    EXPECT_EQ(other.body, R"({"total":7})");
  });
}

TEST(Commands, ManyAtOnceUnderOneKeyHaveOneEffect) {
  with_desk([](Desk& desk) -> awaitable<void> {
    constexpr int senders = 50;
    int answered = 0;
    int done = 0;
    for (int i = 0; i < senders; ++i) {
      desk.instance.runtime.tasks().spawn("sender", [&]() -> awaitable<void> {
        const auto answer = co_await desk.ask(add_operation, R"({"amount": 5})", "key");
        const bool same = answer.ok() && answer.body == R"({"total":5})";
        const bool running = !answer.ok() && code_of(answer) == errors::still_running.code;
        EXPECT_TRUE(same || running) << answer.body;
        answered += same;
        ++done;
      });
    }
    co_await tests::support::eventually("all senders have an answer",
                                        [&] { return done == senders; });
    EXPECT_GE(answered, 1);
    EXPECT_EQ(co_await desk.total(), 5);
  });
}

TEST(Commands, FailuresBecomeAnswersAndChangeNothing) {
  with_desk([](Desk& desk) -> awaitable<void> {
    for (const int amount : {1, 2, 3}) {
      const auto answer =
          co_await desk.ask(fail_operation, base::json::to_text(Add{.amount = amount}));
      EXPECT_EQ(code_of(answer), errors::unavailable.code) << amount;
    }
    const auto bug = co_await desk.ask(fail_operation, R"({"amount": 4})");
    EXPECT_EQ(code_of(bug), errors::internal.code);
    EXPECT_EQ(bug.body.find("our bug"), bug.body.npos) << "the cause is for the log alone";
    EXPECT_EQ(co_await desk.total(), 0);
  });
}

TEST(Commands, WhatStaffChangeIsWrittenDownOnceWithTheChange) {
  with_desk([](Desk& desk) -> awaitable<void> {
    desk.caller = {.address = "192.0.2.1", .staff = "back office"};
    co_await desk.ask(staff_operation, R"({"amount": 3})", "key");
    co_await desk.ask(staff_operation, R"({"amount": 3})", "key");
    co_await desk.ask(staff_operation, R"({"amount": -3})");
    const auto rows = co_await desk.instance.pool->run(read_audit);
    EXPECT_EQ(rows.size(), 1u);
    const auto row = rows.front();
    EXPECT_EQ(row.get<std::string>("staff"), "back office");
    EXPECT_EQ(row.get<std::string>("address"), "192.0.2.1");
    EXPECT_EQ(row.get<std::string>("operation"), "add_as_staff");
    EXPECT_EQ(row.get<std::string>("arguments"), R"({"amount": 3})");
  });
}

TEST(Commands, WhatUsersChangeIsNot) {
  with_desk([](Desk& desk) -> awaitable<void> {
    co_await desk.ask(add_operation, R"({"amount": 3})");
    EXPECT_TRUE((co_await desk.instance.pool->run(read_audit)).empty());
  });
}

TEST(Commands, AnOperationThatNobodyBoundIsUnavailable) {
  with_desk([](Desk& desk) -> awaitable<void> {
    auto row = add_operation;
    row.subject = "binding_test.of_the_next_release";
    EXPECT_EQ(code_of(co_await desk.ask(row, "{}")), errors::unavailable.code);
  });
}

TEST(Commands, AreServedOverNats) {
  with_desk([](Desk& desk) -> awaitable<void> {
    desk.executor->serve(*desk.instance.connection, "binding_test");
    co_await desk.instance.connection->flush(std::chrono::seconds{2});
    const auto answer =
        co_await forward(*desk.instance.connection, add_operation,
                         {.caller = desk.caller, .body = R"({"amount": 3})", .idempotency_key = {}},
                         std::chrono::seconds{2});
    EXPECT_EQ(answer.status, 201);
    const auto total = co_await ask(*desk.instance.connection, add_operation, Add{.amount = 4}, {},
                                    std::chrono::seconds{2});
    EXPECT_EQ(total.total, 7);
  });
}

/// A call over NATS; counts it in `good` if it is answered as it should be, and in `ended`.
awaitable<void> call_over_nats(Desk& desk, int& good, int& ended) {
  try {
    const auto answer =
        co_await forward(*desk.instance.connection, add_operation,
                         {.caller = desk.caller, .body = R"({"amount": 1})", .idempotency_key = {}},
                         std::chrono::seconds{2});
    if (answer.status == 201) ++good;
  } catch (const RemoteUnavailable&) {
  }
  ++ended;
}

TEST(Commands, DrainAnswersWhatIsOnItsWay) {
  with_desk([](Desk& desk) -> awaitable<void> {
    desk.executor->serve(*desk.instance.connection, "binding_test");
    co_await desk.instance.connection->flush(std::chrono::seconds{2});
    constexpr int calls = 20;
    int good = 0;
    int ended = 0;
    for (int i = 0; i < calls; ++i) {
      desk.instance.runtime.tasks().spawn("call",
                                          [&] { return call_over_nats(desk, good, ended); });
    }
    co_await boost::asio::post(boost::asio::use_awaitable);  // They have been sent by then.
    co_await desk.executor->drain();
    co_await tests::support::eventually("all have ended", [&] { return ended == calls; });
    EXPECT_EQ(good, calls);
  });
}

TEST(Commands, NobodyServingIsUnavailable) {
  with_desk([](Desk& desk) -> awaitable<void> {
    bool unavailable = false;
    try {
      co_await ask(*desk.instance.connection, add_operation, Add{.amount = 4}, {},
                   std::chrono::seconds{2});
    } catch (const RemoteUnavailable&) {
      unavailable = true;
    }
    EXPECT_TRUE(unavailable);
  });
}

}  // namespace
}  // namespace services::binding
