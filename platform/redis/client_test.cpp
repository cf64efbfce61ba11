#include "platform/redis/client.hpp"

#include <functional>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "platform/runtime/deadline.hpp"
#include "tests/support/stack_fixture.hpp"

namespace platform::redis {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using runtime::Runtime;
using stack::Server;
using Clock = std::chrono::steady_clock;

using ClientTest = std::function<awaitable<void>(Runtime&, Client&)>;

void with_client(const Config& config, const ClientTest& test) {
  tests::support::run([&](Runtime& runtime) -> awaitable<void> {
    const auto client = make_client(runtime, config);
    co_await test(runtime, *client);
    co_await client->close();
  });
}

void with_client(const ClientTest& test) { with_client(tests::support::redis_config(), test); }

/// What became of the command: its text, or which exception.
awaitable<std::string> outcome_of(Client& client, Command command) {
  try {
    const auto reply = co_await client.command(std::move(command));
    co_return std::holds_alternative<std::string>(reply.value) ? reply.text() : "done";
  } catch (const Unavailable&) {
    co_return "Unavailable";
  } catch (const CommandFailed& failure) {
    co_return failure.what();
  }
}

awaitable<void> until_reached(Client& client) {
  while (co_await outcome_of(client, {"PING"}) != "PONG") co_await runtime::sleep_for(10ms);
}

TEST(RedisClient, SetsAndGets) {
  with_client([](Runtime&, Client& client) -> awaitable<void> {
    const auto key = client.key("fruit");
    co_await client.command({"SET", key, "mango"});
    const auto found = co_await client.command({"GET", key});
    EXPECT_EQ(found.maybe_text(), "mango");
    const auto missing = co_await client.command({"GET", client.key("other")});
    EXPECT_EQ(missing.maybe_text(), std::nullopt);
    const auto count = co_await client.command({"INCRBY", client.key("n"), "5"});
    EXPECT_EQ(count.integer(), 5);
  });
}

TEST(RedisClient, AnswersAPipelineInOrder) {
  with_client([](Runtime&, Client& client) -> awaitable<void> {
    std::vector<Command> commands;
    for (int i = 0; i < 2'000; ++i) commands.push_back({"ECHO", std::to_string(i)});
    const auto replies = co_await client.pipeline(std::move(commands));
    EXPECT_EQ(replies.size(), 2'000);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      EXPECT_EQ(replies[i].text(), std::to_string(i));
    }
    EXPECT_TRUE((co_await client.pipeline({})).empty());
  });
}

TEST(RedisClient, AnErrorInAPipelineDoesNotShiftWhatFollows) {
  with_client([](Runtime&, Client& client) -> awaitable<void> {
    std::string error;
    try {
      co_await client.pipeline({{"PING"}, {"NONSENSE"}, {"INCR", client.key("n")}});
    } catch (const CommandFailed& failure) {
      error = failure.what();
    }
    EXPECT_TRUE(error.contains("unknown command")) << error;
    const auto count = co_await client.command({"GET", client.key("n")});
    EXPECT_EQ(count.text(), "1");
  });
}

awaitable<void> echo_often(Client& client, int who, int& right) {
  for (int i = 0; i < 50; ++i) {
    const auto text = std::to_string(who) + "/" + std::to_string(i);
    if (co_await outcome_of(client, {"ECHO", text}) == text) ++right;
  }
}

awaitable<void> until(const int& value, int expected) {
  while (value < expected) co_await runtime::sleep_for(1ms);
}

TEST(RedisClient, ManyCoroutinesShareTheConnection) {
  with_client([](Runtime& runtime, Client& client) -> awaitable<void> {
    int right = 0;
    for (int i = 0; i < 100; ++i) runtime.tasks().spawn("echo", echo_often(client, i, right));
    co_await until(right, 5'000);
  });
}

TEST(RedisClient, RunsScriptsEvenWhenTheServerForgotThem) {
  with_client([](Runtime&, Client& client) -> awaitable<void> {
    constexpr auto source = "return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}";
    for (const int expected : {1, 2, 3}) {
      const auto reply = co_await client.script(source, {client.key("n")}, {"x"});
      EXPECT_EQ(reply.elements().at(1).text(), "x");
      EXPECT_EQ(reply.elements().at(2).integer(), expected);
      if (expected == 2) co_await client.command({"SCRIPT", "FLUSH"});
    }
  });
}

TEST(RedisClient, AScriptThatFailsSaysSo) {
  with_client([](Runtime&, Client& client) -> awaitable<void> {
    bool failed = false;
    try {
      co_await client.script("return redis.call('NONSENSE')", {}, {});
    } catch (const CommandFailed&) {
      failed = true;
    }
    EXPECT_TRUE(failed);
  });
}

TEST(RedisClient, AWrongPasswordIsUnavailableAtOnce) {
  auto config = tests::support::redis_config();
  config.password = "wrong";
  with_client(config, [](Runtime&, Client& client) -> awaitable<void> {
    EXPECT_EQ(co_await outcome_of(client, {"PING"}), "Unavailable");
  });
}

TEST(RedisClient, FailsAtOnceWhileNobodyIsThere) {
  auto config = tests::support::redis_config();
  config.port = 1;
  with_client(config, [](Runtime&, Client& client) -> awaitable<void> {
    EXPECT_EQ(co_await outcome_of(client, {"PING"}), "Unavailable");
    const auto start = Clock::now();
    for (int i = 0; i < 100; ++i) {
      EXPECT_EQ(co_await outcome_of(client, {"PING"}), "Unavailable");
    }
    EXPECT_LT(Clock::now() - start, 1s);
  });
}

TEST(RedisClient, RefusesMoreThanItsBoundAtOnce) {
  auto config = tests::support::redis_config();
  config.pending_max = 10;
  with_client(config, [](Runtime&, Client& client) -> awaitable<void> {
    bool refused = false;
    try {
      co_await client.pipeline(std::vector<Command>(11, Command{"PING"}));
    } catch (const Unavailable&) {
      refused = true;
    }
    EXPECT_TRUE(refused);
    EXPECT_EQ(co_await outcome_of(client, {"PING"}), "PONG");
  });
}

awaitable<void> ask_and_drop(Client& client, Command command) {
  co_await client.command(std::move(command));
}

// BLPOP holds its own answer and all that follow it.
TEST(RedisClient, ACancelledCommandLeavesAtOnceAndItsAnswerIsDropped) {
  with_client([](Runtime& runtime, Client& client) -> awaitable<void> {
    co_await until_reached(client);
    asio::cancellation_signal signal;
    asio::steady_timer ended{runtime.executor(), Clock::time_point::max()};
    asio::co_spawn(runtime.executor(), ask_and_drop(client, {"BLPOP", client.key("none"), "1.5"}),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&](const std::exception_ptr&) { ended.cancel(); }));
    co_await runtime::sleep_for(20ms);
    const auto start = Clock::now();
    signal.emit(asio::cancellation_type::terminal);
    boost::system::error_code ignored;
    co_await ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    EXPECT_LT(Clock::now() - start, 1s);
    EXPECT_EQ(co_await outcome_of(client, {"ECHO", "next"}), "next");
  });
}

TEST(RedisClient, AStalledAnswerIsUnavailableInTimeAndNeverShiftsTheNext) {
  auto config = tests::support::redis_config();
  config.answer_timeout = 100ms;
  with_client(config, [](Runtime&, Client& client) -> awaitable<void> {
    co_await until_reached(client);
    const auto start = Clock::now();
    EXPECT_EQ(co_await outcome_of(client, {"BLPOP", client.key("none"), "5"}), "Unavailable");
    EXPECT_LT(Clock::now() - start, 2s);
    co_await until_reached(client);
    EXPECT_EQ(co_await outcome_of(client, {"ECHO", "next"}), "next");
  });
}

TEST(RedisClient, AKilledServerIsUnavailableThenReachedAgain) {
  auto& servers = tests::support::shared_stack();
  with_client(tests::support::redis_config(servers.addresses()),
              [&](Runtime&, Client& client) -> awaitable<void> {
                co_await until_reached(client);
                servers.kill(Server::redis);
                EXPECT_EQ(co_await outcome_of(client, {"PING"}), "Unavailable");
                servers.start(Server::redis);
                co_await until_reached(client);
              });
}

TEST(RedisClient, APausedServerIsUnavailableInTimeThenReachedAgain) {
  auto& servers = tests::support::shared_stack();
  auto config = tests::support::redis_config(servers.addresses());
  config.answer_timeout = 100ms;
  with_client(config, [&](Runtime&, Client& client) -> awaitable<void> {
    co_await until_reached(client);
    servers.pause(Server::redis);
    const auto start = Clock::now();
    EXPECT_EQ(co_await outcome_of(client, {"PING"}), "Unavailable");
    EXPECT_LT(Clock::now() - start, 2s);
    servers.resume(Server::redis);
    co_await until_reached(client);
  });
}

TEST(RedisClient, AClosedClientRefuses) {
  with_client([](Runtime&, Client& client) -> awaitable<void> {
    co_await client.close();
    EXPECT_EQ(co_await outcome_of(client, {"PING"}), "Unavailable");
  });
}

}  // namespace
}  // namespace platform::redis
