// One event in a hundred is bad: it can't be read, or not be applied. Each ends in the dead
// letters, once, and can be tried again after the cure; and the good ones hardly notice. How quick
// they are is compared with the same run without bad ones, by medians, because machines have other
// things to do.

#include <algorithm>
#include <iostream>
#include <numeric>
#include <stdexcept>

#include <gtest/gtest.h>

#include "platform/bus/dead_letters.hpp"
#include "sim/samples.hpp"
#include "tests/support/bus_world.hpp"

namespace tests::events {
namespace {

using namespace std::chrono_literals;
using platform::awaitable;
using platform::bus::DeadLetter;
using platform::bus::Event;
using support::eventually;
using support::in_world;
using support::World;
namespace bus = platform::bus;

constexpr int all_events = 2'000;
constexpr int bad_every = 100;
constexpr int bad = all_events / bad_every;
constexpr int attempts_of_each = 4;
constexpr auto retry_delay = 300ms;
constexpr int rounds = 7;
constexpr int comparisons_max = 3;
constexpr double slower_max = 1.2;
constexpr auto refusal = "there is no such ride yet";

/// Every second bad event can't be read; the others can't be applied until they are cured.
std::string payload_of_bad(int number) { return number % 2 == 0 ? R"("no number")" : "-1"; }

/// Sends events, some bad, each of those with a key of its own, and waits until each is somewhere.
class Delivery {
 public:
  Delivery(World& world, bool with_bad) : world_(world), with_bad_(with_bad) {
    world_.reader.config.retry_delays.assign(attempts_of_each - 1, retry_delay);
    world_.reader.disturb = [this](const Event& event, platform::postgres::Session&) {
      return refuse(event);
    };
    world_.reader.on_committed = [this](const Event& event) { note(event); };
    world_.reader.start();
  }

  awaitable<void> send_all() {
    for (int i = 0; i < all_events; ++i) {
      if (with_bad_ && i % bad_every == bad_every / 2) {
        co_await send_bad(i / bad_every);
      } else {
        co_await world_.producer.emit(1);
      }
    }
    co_await eventually("each is somewhere", [this]() -> awaitable<bool> {
      co_return co_await world_.effects() + co_await count("dead_letters") == all_events;
    });
  }

  awaitable<void> expect_each_is_dead_once() {
    const auto letters = co_await bus::list_dead_letters(*world_.auditor.pool, 0, all_events);
    EXPECT_EQ(letters.size(), bad);
    for (const auto& letter : letters) expect_all_is_told(letter);
    EXPECT_EQ(co_await count("parked_events"), 0);
    EXPECT_EQ(co_await world_.number("select count(distinct event_id) as n from"
                                     " (select event_id from effects union all"
                                     "  select event_id from dead_letters) of_all"),
              all_events);
    co_await world_.expect_once_and_in_order();
  }

  /// Those that can be applied now are; the others are forgotten.
  awaitable<void> cure() {
    cured_ = true;
    auto& pool = *world_.auditor.pool;
    for (const auto& each :
         co_await bus::list_dead_letters(pool, 0, all_events, {.reason = refusal})) {
      EXPECT_TRUE(co_await bus::replay_dead_letter(pool, each.id));
    }
    co_await eventually("those that were cured are applied", [this]() -> awaitable<bool> {
      co_return co_await world_.effects() == all_events - bad / 2;
    });
    for (const auto& each : co_await bus::list_dead_letters(pool, 0, all_events)) {
      EXPECT_EQ(each.event.payload, payload_of_bad(0));
      EXPECT_TRUE(co_await bus::drop_dead_letter(pool, each.id));
    }
    EXPECT_EQ(co_await count("dead_letters") + co_await count("parked_events"), 0);
  }

  /// Of good events, from the commit of their cause to that of their effect.
  double p99_ms() const { return delays_.percentiles().p99; }

 private:
  awaitable<void> send_bad(int number) {
    co_await support::commit_event(
        *world_.producer.instance.pool,
        support::new_event(world_.test, support::new_uuid(world_.test), payload_of_bad(number)));
    world_.producer.relay->wake();
  }

  awaitable<void> refuse(const Event& event) {
    if (!cured_ && event.payload == payload_of_bad(1)) throw std::runtime_error{refusal};
    co_return;
  }

  void note(const Event& event) {
    if (event.payload == payload_of_bad(1)) return;
    delays_.add(
        std::chrono::duration_cast<std::chrono::microseconds>(world_.test.now() - event.at));
  }

  static void expect_all_is_told(const DeadLetter& letter) {
    EXPECT_EQ(letter.attempts, attempts_of_each);
    EXPECT_FALSE(letter.reason.empty());
    EXPECT_TRUE(letter.event.trace.starts_with("00-4bf9"));
  }

  awaitable<std::int64_t> count(const std::string& table) {
    counting_ = "select count(*) as n from " + table;
    return world_.number(counting_);
  }

  World& world_;
  bool with_bad_;
  bool cured_ = false;
  std::string counting_;
  sim::Samples delays_;
};

TEST(Poison, EndsInTheDeadLettersOnceAndCanBeTriedAgain) {
  in_world([](World& world) -> awaitable<void> {
    Delivery delivery{world, true};
    co_await delivery.send_all();
    co_await delivery.expect_each_is_dead_once();
    co_await delivery.cure();
  });
}

double p99_of(bool with_bad) {
  double p99 = 0;
  in_world([&](World& world) -> awaitable<void> {
    Delivery delivery{world, with_bad};
    co_await delivery.send_all();
    p99 = delivery.p99_ms();
  });
  return p99;
}

double median(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  return numbers[numbers.size() / 2];
}

/// How many times as long good events take among bad ones as among their like.
double slowdown() {
  std::vector<double> among_bad;
  std::vector<double> among_good;
  for (int round = 0; round < rounds; ++round) {
    among_good.push_back(p99_of(false));
    among_bad.push_back(p99_of(true));
  }
  std::cout << "p99 of good events: " << median(among_bad) << " ms among bad ones, "
            << median(among_good) << " ms without" << std::endl;
  return median(among_bad) / median(among_good);
}

TEST(Poison, HardlyDelaysGoodEvents) {
  double best = slowdown();
  for (int i = 1; i < comparisons_max && best >= slower_max; ++i) best = std::min(best, slowdown());
  EXPECT_LT(best, slower_max);
}

}  // namespace
}  // namespace tests::events
