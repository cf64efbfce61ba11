#include "platform/resilience/in_flight_limit.hpp"

#include <gtest/gtest.h>

namespace platform::resilience {
namespace {

using namespace std::chrono_literals;

constexpr base::Instant start{std::chrono::hours{500'000}};
constexpr InFlightConfig config{.min = 10, .max = 100, .target = 50ms, .window = 100ms};

/// A thread where calls take as long as the test says.
class InFlightLimitTest : public testing::Test {
 protected:
  /// As many calls as find room, together with what is under way.
  void fill(Importance importance) {
    while (limit.admits(importance)) limit.begin();
  }

  /// A window at whose end as many calls as there were end after `took`.
  void pass_window(base::Duration took) {
    now += config.window;
    for (auto count = limit.in_flight(); count > 0; --count) limit.end(took, now);
  }

  void pass_windows(int count, base::Duration took) {
    for (int i = 0; i < count; ++i) {
      fill(Importance::high);
      pass_window(took);
    }
  }

  InFlightLimit limit{config};
  base::Instant now = start;
};

TEST_F(InFlightLimitTest, WhatMattersLessFindsItFullSooner) {
  ASSERT_EQ(limit.limit(), 20U);
  fill(Importance::low);
  EXPECT_EQ(limit.in_flight(), 10U);
  fill(Importance::normal);
  EXPECT_EQ(limit.in_flight(), 20U);
  EXPECT_FALSE(limit.admits(Importance::low));
  fill(Importance::high);
  EXPECT_EQ(limit.in_flight(), 40U);
  EXPECT_FALSE(limit.admits(Importance::high));
}

TEST_F(InFlightLimitTest, FallsWhileCallsTakeTooLong) {
  pass_windows(1, 60ms);
  EXPECT_EQ(limit.limit(), 18U);
  pass_windows(50, 60ms);
  EXPECT_EQ(limit.limit(), config.min);
}

TEST_F(InFlightLimitTest, GrowsWhileTheyDont) {
  pass_windows(1, 40ms);
  EXPECT_EQ(limit.limit(), 22U);
  pass_windows(100, 40ms);
  EXPECT_EQ(limit.limit(), config.max);
}

TEST_F(InFlightLimitTest, StaysWhereItHoldsNobodyBack) {
  for (int i = 0; i < 9; ++i) limit.begin();
  pass_window(5s);
  for (int i = 0; i < 9; ++i) limit.begin();
  pass_window(1ms);
  EXPECT_EQ(limit.limit(), 20U);
}

TEST_F(InFlightLimitTest, LearnsNothingFromWhatFailed) {
  fill(Importance::high);
  now += config.window;
  while (limit.in_flight() > 0) limit.end_failed();
  EXPECT_EQ(limit.limit(), 20U);
}

TEST_F(InFlightLimitTest, OutlivesAClockThatIsSetBack) {
  pass_windows(1, 60ms);
  now -= 1h;
  pass_windows(2, 60ms);
  EXPECT_LT(limit.limit(), 18U);
}

}  // namespace
}  // namespace platform::resilience
