#include "platform/bus/connection.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

#include "platform/runtime/deadline.hpp"
#include "platform/stack/faulty_link.hpp"
#include "tests/support/bus_fixture.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;
using platform::stack::Server;
using runtime::Runtime;
using tests::support::bus_config;
using tests::support::eventually;
using tests::support::Hang;
using tests::support::Outage;
using tests::support::run;
using tests::support::shared_stack;
namespace stack = platform::stack;

using Milliseconds = std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// One client of the shared server.
struct Client {
  explicit Client(Runtime& runtime, const Config& config = bus_config())
      : link(make_link(config)), connection(link->attach(runtime)) {}

  Connection* operator->() { return connection.get(); }

  std::unique_ptr<Link> link;
  std::unique_ptr<Connection> connection;
};

/// Answers every message on `subject` with `prefix` and what was sent.
std::unique_ptr<Subscription> serve_echo(Client& server, const std::string& subject,
                                         const std::string& prefix = "") {
  return server->subscribe(subject, "servers", [&server, prefix](const Message& message) {
    server->publish(message.reply_to, prefix + message.data, message.headers);
  });
}

TEST(Connection, CarriesARequestAndItsAnswerWithHeaders) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client server{runtime};
    Client client{runtime};
    const auto echo = serve_echo(server, "connection.echo", "you said ");
    co_await server->flush(1s);

    const auto answer = co_await client->request("connection.echo", "hello", {{"colour", "blue"}});
    EXPECT_EQ(answer.data, "you said hello");
    EXPECT_EQ(answer.header("colour"), "blue");
    EXPECT_EQ(answer.header("taste"), "");
  });
}

TEST(Connection, WindsASubscriptionDownWithoutLosingAMessage) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client leaving{runtime};
    Client staying{runtime};
    Client client{runtime};
    constexpr int half = 1'000;
    int handled = 0;
    const auto count = [&handled](const Message&) { ++handled; };
    const auto publish_half = [&client] {
      for (int i = 0; i < half; ++i) client->publish("connection.leaving", "once");
    };
    auto first = leaving->subscribe("connection.leaving", "servers", count);
    const auto second = staying->subscribe("connection.leaving", "servers", count);
    co_await leaving->flush(1s);
    co_await staying->flush(1s);

    publish_half();
    first->wind_down();
    co_await leaving->flush(1s);
    publish_half();
    first.reset();
    co_await eventually("all are handled", [&] { return handled == 2 * half; });
  });
}

TEST(Connection, KeepsManyRequestsApart) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client server{runtime};
    Client client{runtime};
    const auto echo = serve_echo(server, "connection.many");
    co_await server->flush(1s);

    constexpr int requests = 500;
    int right = 0;
    for (int i = 0; i < requests; ++i) {
      runtime.tasks().spawn("ask", [&, i]() -> awaitable<void> {
        const auto text = std::to_string(i);
        const auto answer = co_await client->request("connection.many", text);
        if (answer.data == text) ++right;
      });
    }
    co_await eventually("all are answered", [&] { return right == requests; });
  });
}

TEST(Connection, SaysAtOnceThatNobodyServes) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client client{runtime};
    const auto start = Clock::now();
    try {
      co_await client->request("connection.nobody", "", {}, 5s);
      ADD_FAILURE() << "there was an answer";
    } catch (const Unavailable& error) {
      EXPECT_TRUE(error.nobody_serves) << error.what();
    }
    EXPECT_LT(Clock::now() - start, 1s);
  });
}

TEST(Connection, DoesNotKnowWhatASilentServerDid) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client client{runtime};
    const auto silent = client->subscribe("connection.silent", "", [](const Message&) {});
    co_await client->flush(1s);
    try {
      co_await client->request("connection.silent", "", {}, 50ms);
      ADD_FAILURE() << "there was an answer";
    } catch (const Unavailable& error) {
      EXPECT_FALSE(error.nobody_serves) << error.what();
    }
  });
}

TEST(Connection, RequestsCompleteAtOnceWhenCancelled) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client client{runtime};
    const auto silent = client->subscribe("connection.cancelled", "", [](const Message&) {});
    co_await client->flush(1s);
    const auto start = Clock::now();
    EXPECT_THROW(
        co_await runtime::with_deadline(client->request("connection.cancelled", "", {}, 10s), 20ms),
        runtime::DeadlineExceeded);
    EXPECT_LT(Clock::now() - start, 1s);
  });
}

TEST(Connection, RefusesMoreRequestsThanItMayHavePending) {
  run([](Runtime& runtime) -> awaitable<void> {
    auto config = bus_config();
    config.pending_requests_max = 2;
    Client client{runtime, config};
    const auto silent = client->subscribe("connection.full", "", [](const Message&) {});
    co_await client->flush(1s);
    for (int i = 0; i < 2; ++i) {
      runtime.tasks().spawn("wait", [&]() -> awaitable<void> {
        co_await client->request("connection.full", "", {}, 10s);
      });
    }
    bool refused = false;
    co_await eventually("a third is refused", [&]() -> awaitable<bool> {
      try {
        co_await client->request("connection.full", "", {}, 1ms);
      } catch (const Unavailable& error) {
        refused = std::string{error.what()}.contains("too many");
      }
      co_return refused;
    });
  });
}

TEST(Connection, QueueMembersShareAndOthersGetAll) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client first{runtime};
    Client second{runtime};
    int shared = 0;
    int copies = 0;
    std::vector<std::unique_ptr<Subscription>> subscriptions;
    for (auto* client : {&first, &second}) {
      subscriptions.push_back(
          (*client)->subscribe("connection.queue", "members", [&](const Message&) { ++shared; }));
      subscriptions.push_back(
          (*client)->subscribe("connection.queue", "", [&](const Message&) { ++copies; }));
      co_await (*client)->flush(1s);
    }
    for (int i = 0; i < 100; ++i) first->publish("connection.queue", "x");
    co_await eventually("all have come", [&] { return shared == 100 && copies == 200; });
  });
}

TEST(Connection, DeliversInOrderAndNothingAfterTheEndOfASubscription) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client client{runtime};
    std::vector<int> seen;
    std::unique_ptr<Subscription> subscription;
    subscription = client->subscribe("connection.order", "", [&](const Message& message) {
      seen.push_back(std::stoi(message.data));
      if (seen.size() == 1'000) subscription.reset();  // From within.
    });
    co_await client->flush(1s);
    for (int i = 0; i < 2'000; ++i) client->publish_signal("connection.order", std::to_string(i));
    co_await eventually("half have come", [&] { return seen.size() >= 1'000; });
    co_await client->flush(1s);
    EXPECT_EQ(seen.size(), 1'000u);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
  });
}

TEST(Connection, LosesTheOldestWhenASubscriberIsTooSlow) {
  run([](Runtime& runtime) -> awaitable<void> {
    auto config = bus_config();
    config.pending_messages_max = 10;
    Client slow{runtime, config};
    Client fast{runtime};
    std::vector<int> seen;
    const auto subscription = slow->subscribe("connection.slow", "", [&](const Message& message) {
      seen.push_back(std::stoi(message.data));
    });
    co_await slow->flush(1s);
    for (int i = 0; i < 1'000; ++i) fast->publish("connection.slow", std::to_string(i));
    // This thread is the subscriber's: while it does not turn, nothing is handled.
    std::this_thread::sleep_for(100ms);
    co_await eventually("the last has come", [&] { return !seen.empty() && seen.back() == 999; });
    EXPECT_LE(seen.size(), 300u);
  });
}

TEST(Connection, CanBeDestroyedWhileMessagesPour) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client source{runtime};
    for (int round = 0; round < 20; ++round) {
      auto sink = std::make_unique<Client>(runtime);
      auto subscription = (*sink)->subscribe("connection.pour", "", [](const Message&) {});
      co_await (*sink)->flush(1s);
      for (int i = 0; i < 2'000; ++i) source->publish_signal("connection.pour", "x");
      co_await source->flush(2s);
      subscription.reset();
      sink.reset();
    }
  });
}

TEST(Connection, AnswersItsRequestersWhenItIsDestroyed) {
  run([](Runtime& runtime) -> awaitable<void> {
    auto client = std::make_unique<Client>(runtime);
    const auto silent = (*client)->subscribe("connection.end", "", [](const Message&) {});
    bool told = false;
    runtime.tasks().spawn("ask", [&]() -> awaitable<void> {
      try {
        co_await (*client)->request("connection.end", "", {}, 10s);
      } catch (const Unavailable&) {
        told = true;
      }
    });
    co_await runtime::sleep_for(10ms);
    client.reset();
    co_await eventually("the requester is told", [&] { return told; }, 1s);
  });
}

TEST(Connection, StartsWithoutAServerAndFindsItLater) {
  run([](Runtime& runtime) -> awaitable<void> {
    Outage outage{Server::nats};
    Client client{runtime};
    EXPECT_FALSE(client->connected());
    EXPECT_THROW(client->publish("connection.later", "x"), Unavailable);
    client->publish_signal("connection.later", "x");
    EXPECT_THROW(co_await client->request("connection.later", ""), Unavailable);
    EXPECT_THROW(co_await client->flush(50ms), Unavailable);
    const auto echo = serve_echo(client, "connection.later");

    outage.revive();
    co_await eventually("it is connected", [&] { return client->connected(); });
    co_await client->flush(1s);
    EXPECT_EQ((co_await client->request("connection.later", "hello")).data, "hello");
  });
}

bool can_publish(Client& client) {
  try {
    client->publish("connection.probe", "");
    return true;
  } catch (const Unavailable&) {
    return false;
  }
}

TEST(Connection, SurvivesTheDeathOfTheServer) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client server{runtime};
    Client client{runtime};
    std::vector<std::string> heard;
    const auto echo = serve_echo(server, "connection.survives");
    const auto all = client->subscribe(
        "connection.heard", "", [&](const Message& message) { heard.push_back(message.data); });
    co_await server->flush(1s);
    for (int round = 0; round < 3; ++round) {
      Outage outage{Server::nats};
      co_await eventually("the loss is noticed", [&] { return !can_publish(client); });
      EXPECT_THROW(client->publish("connection.heard", "must not come later"), Unavailable);
      client->publish_signal("connection.heard", "must not come later");

      outage.revive();
      co_await eventually("both are back",
                          [&] { return client->connected() && server->connected(); });
      co_await eventually("requests are answered", [&]() -> awaitable<bool> {
        try {
          co_return (co_await client->request("connection.survives", "x")).data == "x";
        } catch (const Unavailable&) {
          co_return false;
        }
      });
    }
    co_await client->flush(1s);
    EXPECT_EQ(heard, std::vector<std::string>{});
  });
}

TEST(Connection, SubscribesWhateverHappensToTheLinkMeanwhile) {
  run([](Runtime& runtime) -> awaitable<void> {
    const auto link = stack::make_faulty_link(shared_stack().addresses().nats_port);
    auto config = bus_config();
    config.url = "nats://127.0.0.1:" + std::to_string(link->port());
    Client client{runtime, config};
    int heard = 0;
    std::vector<std::unique_ptr<Subscription>> subscriptions;
    constexpr stack::LinkFault faults[] = {stack::LinkFault::reset, stack::LinkFault::none,
                                           stack::LinkFault::refused, stack::LinkFault::none};
    for (int turn = 0; turn < 40; ++turn) {
      link->set(faults[turn % std::size(faults)]);
      for (int i = 0; i < 10; ++i) {
        subscriptions.push_back(
            client->subscribe("connection.meanwhile", {}, [&heard](const Message&) { ++heard; }));
        co_await runtime::sleep_for(1ms);
      }
    }
    co_await eventually("it is connected", [&] { return client->connected(); });
    co_await client->flush(1s);
    client->publish("connection.meanwhile", "x");
    co_await eventually("all hear it", [&] { return heard == std::ssize(subscriptions); });
  });
}

/// As behind a proxy: connections are taken, and closed because there is no server.
TEST(Connection, StartsBehindALinkThatLeadsNowhere) {
  run([](Runtime& runtime) -> awaitable<void> {
    static constexpr auto outage_lasts = 700ms;
    const auto link = stack::make_faulty_link(shared_stack().addresses().nats_port);
    auto config = bus_config();
    config.url = "nats://127.0.0.1:" + std::to_string(link->port());
    Outage outage{Server::nats};
    std::jthread reviver{[&outage] {
      std::this_thread::sleep_for(outage_lasts);
      outage.revive();
    }};
    Client client{runtime, config};
    int heard = 0;
    const auto subscription =
        client->subscribe("connection.nowhere", {}, [&heard](const Message&) { ++heard; });
    co_await eventually("it is connected", [&] { return client->connected(); });
    co_await client->flush(1s);
    client->publish("connection.nowhere", "x");
    co_await eventually("it is heard", [&] { return heard == 1; });
  });
}

TEST(Connection, DoesNotHangWithAServerThatDoes) {
  run([](Runtime& runtime) -> awaitable<void> {
    Client client{runtime};
    {
      const Hang hang{Server::nats};
      const auto start = Clock::now();
      EXPECT_THROW(co_await client->request("connection.hangs", "", {}, 200ms), Unavailable);
      EXPECT_LT(Clock::now() - start, 1s);
      // More than the sockets take: whoever publishes is held up for a moment at most.
      const std::string much(64 * 1024, 'x');
      Clock::duration longest{};
      for (int i = 0; i < 500; ++i) {
        const auto before = Clock::now();
        client->publish_signal("connection.hangs", much);
        longest = std::max(longest, Clock::now() - before);
      }
      EXPECT_LT(longest, 500ms);
      co_await eventually("the server is given up", [&] { return !client->connected(); });
    }
    co_await eventually("it is connected again", [&] { return client->connected(); });
  });
}

TEST(Connection, SaysWhenTheServerRefusesIt) {
  auto stack_config = tests::support::stack_config();
  stack_config.nats_users = R"({user: "rides", password: "secret"})";
  const auto stack = stack::start_stack(stack_config);
  run([&](Runtime& runtime) -> awaitable<void> {
    auto config = bus_config(stack->addresses());
    EXPECT_THROW(make_link(config), Unavailable);
    config.username = "rides";
    config.password = "wrong";
    EXPECT_THROW(make_link(config), Unavailable);
    config.password = "secret";
    Client client{runtime, config};
    co_await client->flush(1s);
  });
  std::filesystem::remove_all(stack_config.data_folder);
}

TEST(Connection, SaysWhenThereAreNoCertificates) {
  auto config = bus_config();
  config.url = "tls://127.0.0.1:1";
  config.ca_file = "/nowhere";
  EXPECT_THROW(make_link(config), std::invalid_argument);
}

}  // namespace
}  // namespace platform::bus
