#include "platform/resilience/circuit_breaker.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace platform::resilience {
namespace {

using namespace std::chrono_literals;
using enum BreakerState;
using enum Outcome;

constexpr base::Instant start{std::chrono::hours{500'000}};

/// At `at`, `calls` calls are made one after the other, all with the same outcome, if they are
/// admitted. Then the breaker is in `state`.
struct Step {
  std::chrono::milliseconds at;
  int calls;
  Outcome outcome;
  int admitted;
  BreakerState state;
};

struct Story {
  std::string name;
  std::vector<Step> steps;
};

const Story stories[] = {
    {"19 calls say nothing", {{0ms, 19, bad, 19, closed}}},
    {"20 bad calls open it", {{0ms, 25, bad, 20, open}}},
    {"half is enough", {{0ms, 10, good, 10, closed}, {1ms, 10, bad, 10, open}}},
    {"less than half is not", {{0ms, 11, good, 11, closed}, {1ms, 10, bad, 10, closed}}},
    {"what was given up counts for nothing",
     {{0ms, 30, unknown, 30, closed}, {1ms, 19, bad, 19, closed}, {2ms, 1, bad, 1, open}}},
    {"old calls are forgotten",
     {{0ms, 19, bad, 19, closed}, {11'000ms, 19, bad, 19, closed}, {11'001ms, 1, bad, 1, open}}},
    {"calls within the window add up", {{0ms, 19, bad, 19, closed}, {8'000ms, 1, bad, 1, open}}},
    {"it stays open for a second, then 3 good probes close it",
     {{0ms, 20, bad, 20, open},
      {999ms, 1, good, 0, open},
      {1'000ms, 2, good, 2, half_open},
      {1'001ms, 1, good, 1, closed},
      {1'002ms, 19, bad, 19, closed}}},
    {"one bad probe opens it again",
     {{0ms, 20, bad, 20, open},
      {1'000ms, 2, good, 2, half_open},
      {1'001ms, 1, bad, 1, open},
      {2'000ms, 1, good, 0, open},
      {2'001ms, 3, good, 3, closed}}},
    {"a probe that was given up may be made again",
     {{0ms, 20, bad, 20, open},
      {1'000ms, 9, unknown, 9, half_open},
      {1'001ms, 3, good, 3, closed}}},
    {"what nobody has called for a window is forgotten",
     {{0ms, 20, bad, 20, open}, {9'999ms, 0, good, 0, half_open}, {10'000ms, 19, bad, 19, closed}}},
    {"probes keep it from being forgotten",
     {{0ms, 20, bad, 20, open},
      {9'000ms, 1, good, 1, half_open},
      {18'999ms, 0, good, 0, half_open},
      {19'000ms, 0, good, 0, closed}}},
    {"a clock set back does not keep it open",
     {{0ms, 20, bad, 20, open}, {-60'000ms, 1, good, 0, open}, {-59'000ms, 3, good, 3, closed}}},
};

TEST(CircuitBreaker, Stories) {
  for (const auto& [name, steps] : stories) {
    CircuitBreaker breaker;
    for (const auto& [at, calls, outcome, admitted, state] : steps) {
      int let_through = 0;
      for (int i = 0; i < calls; ++i) {
        const bool admits = breaker.admits(start + at);
        const auto permit = breaker.admit(start + at);
        EXPECT_EQ(admits, permit.has_value()) << name << " at " << at.count() << " ms";
        if (!permit) continue;
        ++let_through;
        breaker.record(*permit, outcome, start + at);
      }
      EXPECT_EQ(let_through, admitted) << name << " at " << at.count() << " ms";
      EXPECT_EQ(breaker.state(start + at), state) << name << " at " << at.count() << " ms";
    }
  }
}

void open_at(CircuitBreaker& breaker, base::Instant at) {
  while (const auto permit = breaker.admit(at)) breaker.record(*permit, bad, at);
}

TEST(CircuitBreaker, LetsThreeProbesOutAtOnce) {
  CircuitBreaker breaker;
  open_at(breaker, start);
  for (int probe = 0; probe < 3; ++probe) EXPECT_TRUE(breaker.admit(start + 1s));
  EXPECT_FALSE(breaker.admits(start + 1s));
  EXPECT_FALSE(breaker.admit(start + 1s));
  EXPECT_FALSE(breaker.admit(start + 60s)) << "what they come to is not known yet";
}

TEST(CircuitBreaker, LateResultsOfEarlierCallsCountForNothing) {
  CircuitBreaker breaker;
  const auto slow = breaker.admit(start);
  open_at(breaker, start);
  const auto probe = breaker.admit(start + 1s);
  breaker.record(*slow, bad, start + 1s);
  EXPECT_EQ(breaker.state(start + 1s), half_open);
  breaker.record(*probe, bad, start + 1s);
  EXPECT_EQ(breaker.state(start + 1s), open);
}

TEST(CircuitBreaker, SaysHowLongToWait) {
  CircuitBreaker breaker;
  EXPECT_EQ(breaker.retry_after(start), 0us);
  open_at(breaker, start);
  EXPECT_EQ(breaker.retry_after(start + 400ms), 600ms);
  EXPECT_EQ(breaker.retry_after(start + 9s), 0us);
}

}  // namespace
}  // namespace platform::resilience
