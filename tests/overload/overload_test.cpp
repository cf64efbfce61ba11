// Five times as much is asked for as the machine can do. It goes on doing what it can, tells the
// rest when to come again, and who is on a ride notices nothing.
//
// What the machine can do is found out in the same run and with the same calls: first how many at a
// time are best, then between blocks of overload again and again. The clients share its processors,
// and take more of them when they ask five times as much; so do programs of other people. So it is
// not the goodput that is compared but what it is made of: that nobody is sent away while a
// processor has nothing to do, and what the backend does with each second of processor time that it
// gets.
//
// NEBENGJEK_OVERLOAD_SECONDS says how long it lasts; without it, a minute.

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>
#include <iomanip>
#include <iostream>

#include <gmock/gmock.h>

#include "platform/http/transport/url.hpp"
#include "platform/runtime/deadline.hpp"
#include "tests/overload/crowd.hpp"
#include "tests/overload/processors.hpp"
#include "tests/overload/riders.hpp"
#include "tests/support/stack_fixture.hpp"
#include "tests/system/system_test.hpp"

namespace tests::overload {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using platform::runtime::Runtime;
using platform::runtime::sleep_for;
using sim::load::Caller;
using sim::load::Load;
using sim::load::Tally;
using std::chrono::milliseconds;
using std::chrono::seconds;
using system::City;
using system::Shape;
using testing::IsEmpty;

constexpr int seconds_of_the_stage = 60;
constexpr auto beside_the_overload = 300s;
constexpr auto look_interval = 50ms;

constexpr int passengers = 600;
constexpr int strangers = 20;
constexpr int rides = 12;
constexpr std::size_t connections_max = 600;

constexpr std::size_t ramp[] = {4, 8, 16, 32, 64};
constexpr auto ramp_step = 5s;
constexpr int few_divisor = 20;
constexpr double times_too_much = 5;
// One after the other, again and again: other programs on the machine weigh on both alike.
constexpr auto calm_block = 5s;
constexpr auto overload_block = 10s;

constexpr double yield_share_min = 0.9;
constexpr double idle_share_max = 0.05;
constexpr double ride_call_p99_max_ms = 300;

seconds duration() {
  const char* chosen = std::getenv("NEBENGJEK_OVERLOAD_SECONDS");
  return seconds{chosen == nullptr ? seconds_of_the_stage : std::max(1, std::atoi(chosen))};
}

int blocks() { return std::max(1, static_cast<int>(duration() / overload_block)); }

int port_of(const std::string& url) {
  return std::stoi(platform::http::transport::parse_url(url).port);
}

/// Calls of a while, and what they took.
struct Phase {
  Tally tally;
  ProcessorTime time;

  /// Good answers for each second that the backend had a processor.
  double yield() const { return static_cast<double>(tally.good) / time.backend; }
};

awaitable<void> measure(Phase& phase, awaitable<void> calls) {
  const auto before = processor_time();
  co_await std::move(calls);
  phase.time += processor_time() - before;
}

void print(const std::string& what, const Phase& phase) {
  const auto& [tally, time] = phase;
  const auto took = tally.took.percentiles();
  std::cout << std::fixed << std::setprecision(0) << what << ": " << tally.goodput()
            << " good a second of " << static_cast<double>(tally.asked) / tally.seconds
            << " asked, p50 " << took.p50 << " ms, p99 " << took.p99 << " ms; shed " << tally.shed
            << ", refused " << tally.refused << ", failed " << tally.failed << ", unanswered "
            << tally.unanswered << ", never sent " << tally.never_sent << "; processors: backend "
            << 100 * time.backend / tally.seconds << " %, clients "
            << 100 * time.clients / tally.seconds << " %, idle " << 100 * time.idle_share()
            << " %; " << phase.yield() << " good per second of the backend's" << std::endl;
}

/// What the crowd met with: as much at a time as is best, and five times too much.
struct Findings {
  Phase best;
  Phase overload;
};

/// On a thread of its own, from the first call to the last.
class CrowdThread {
 public:
  /// `overloads` is set while it asks for too much.
  CrowdThread(int port, const std::vector<Account>& accounts, std::atomic<bool>& overloads)
      : port_(port), accounts_(accounts), overloads_(overloads) {}

  /// `begin` is called there, when it is known how much is best.
  std::future<Findings> start(std::function<void()> begin) {
    return std::async(std::launch::async, [this, begin = std::move(begin)] {
      Findings findings;
      support::run(
          [&](Runtime& runtime) -> awaitable<void> {
            const auto crowd = make_crowd(runtime);
            Load load{runtime, port_, callers_of(crowd), connections_max};
            const auto best = co_await find_best(load);
            begin();
            for (int i = 0; i < blocks(); ++i) co_await run_block(load, best, findings);
          },
          duration() + beside_the_overload);
      return findings;
    });
  }

 private:
  using Crowd = std::vector<std::unique_ptr<Caller>>;

  Crowd make_crowd(Runtime& runtime) const {
    Crowd crowd;
    for (const auto& account : accounts_) crowd.push_back(make_passenger(runtime, account));
    for (int i = 0; i < strangers; ++i) crowd.push_back(make_stranger(i));
    return crowd;
  }

  static std::vector<Caller*> callers_of(const Crowd& crowd) {
    std::vector<Caller*> callers;
    for (const auto& each : crowd) callers.push_back(each.get());
    return callers;
  }

  /// More and more at a time, until some have to be sent away. How many gave the most.
  static awaitable<std::size_t> find_best(Load& load) {
    std::size_t best = 0;
    double most = 0;
    for (const auto at_a_time : ramp) {
      Phase phase;
      co_await measure(phase, load.keep_busy(phase.tally, at_a_time, ramp_step));
      print(std::to_string(at_a_time) + " at a time", phase);
      if (phase.tally.shed > phase.tally.good / few_divisor) break;
      if (phase.tally.goodput() < most) continue;
      most = phase.tally.goodput();
      best = at_a_time;
    }
    co_return best;
  }

  awaitable<void> run_block(Load& load, std::size_t best, Findings& findings) {
    auto& [calm, overload] = findings;
    co_await measure(calm, load.keep_busy(calm.tally, best, calm_block));
    overloads_ = true;
    const auto too_much = times_too_much * calm.tally.goodput();
    co_await measure(overload, load.offer(overload.tally, too_much, overload_block));
    overloads_ = false;
  }

  int port_;
  const std::vector<Account>& accounts_;
  std::atomic<bool>& overloads_;
};

void print(const RideCalls& calls) {
  const auto took = calls.took.percentiles();
  std::cout << "calls of rides under way: " << calls.good << " good, p50 " << took.p50
            << " ms, p99 " << took.p99 << " ms, slowest " << took.max << " ms";
  for (const auto& [code, count] : calls.others) std::cout << ", " << code << ": " << count;
  std::cout << std::endl;
}

class Overload : public system::SystemTest {
 protected:
  Overload() : SystemTest(Shape::unhurried) {}
};

TEST_F(Overload, IsShedAndRidesGoOn) {
  Findings crowd;
  RideCalls riders;
  system::visit(
      backend,
      [&](City& city) -> awaitable<void> {
        std::atomic<bool> overloads = false;
        Riders on_rides{city, overloads};
        co_await on_rides.meet(rides);
        const auto accounts = co_await log_in_many(city, passengers);
        CrowdThread thread{port_of(backend.edges().front()), accounts, overloads};
        std::atomic<bool> has_begun = false;
        auto working = thread.start([&] { has_begun = true; });
        while (!has_begun) co_await sleep_for(look_interval);
        riders = co_await on_rides.ride_for(blocks() * (calm_block + overload_block));
        while (working.wait_for(0s) != std::future_status::ready) co_await sleep_for(look_interval);
        crowd = working.get();
      },
      duration() + beside_the_overload);

  const auto& [best, overload] = crowd;
  const auto& tally = overload.tally;
  print("at its best", best);
  print("overload", overload);
  print(riders);
  std::cout << "goodput " << 100 * tally.goodput() / best.tally.goodput()
            << " % of the best; per second of the backend's "
            << 100 * overload.yield() / best.yield() << " %\n";

  EXPECT_GE(overload.yield(), yield_share_min * best.yield());
  EXPECT_LE(overload.time.idle_share(), idle_share_max) << "people are sent away without need";
  EXPECT_EQ(tally.shed_for_ever, 0);
  EXPECT_EQ(tally.failed, 0);
  EXPECT_EQ(tally.unanswered, 0);
  EXPECT_EQ(tally.refused, 0) << tally.last_refusal;
  EXPECT_GT(tally.shed, tally.good) << "that was no overload";
  EXPECT_LT(riders.took.percentiles().p99, ride_call_p99_max_ms);
  EXPECT_THAT(riders.others, IsEmpty());
  EXPECT_EQ(riders.rides_paid, rides);
}

}  // namespace
}  // namespace tests::overload
