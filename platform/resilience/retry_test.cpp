#include "platform/resilience/retry.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "platform/resilience/run_test.hpp"

namespace platform::resilience {
namespace {

using namespace std::chrono_literals;

struct Passing : std::runtime_error {
  Passing() : std::runtime_error("passing") {}
};

bool is_passing() {
  try {
    throw;
  } catch (const Passing&) {
    return true;
  } catch (...) {
    return false;
  }
}

TEST(Backoff, DoublesUpToASecond) {
  const std::vector<std::chrono::milliseconds> ceilings{50ms, 100ms, 200ms, 400ms, 800ms, 1'000ms};
  for (unsigned retry = 0; retry < ceilings.size(); ++retry) {
    EXPECT_EQ(backoff_ceiling({}, retry), ceilings[retry]);
  }
  EXPECT_EQ(backoff_ceiling({}, 4'000'000'000), 1s);
}

TEST(Backoff, IsAnywhereBetweenNothingAndTheCeiling) {
  EXPECT_EQ(backoff({}, 1, 0), 0ms);
  EXPECT_EQ(backoff({}, 1, 1U << 31), 50ms);
  EXPECT_EQ(backoff({}, 1, 0xffffffff), 100ms);
}

TEST(RetryBudget, AllowsATenthBeyondItsReserve) {
  RetryBudget budget;
  int retries = 0;
  for (int call = 0; call < 1'000; ++call) {
    budget.earn();
    for (int retry = 0; retry < 2; ++retry) retries += budget.spend() ? 1 : 0;
  }
  EXPECT_EQ(retries,
            10 + 1'000 / 10 - 1);  // what the first calls earn, the full reserve can't hold
}

TEST(RetryBudget, SavesNoMoreThanItsReserve) {
  RetryBudget budget{{.percent = 50, .reserve = 2}};
  for (int call = 0; call < 100; ++call) budget.earn();
  EXPECT_TRUE(budget.spend());
  EXPECT_TRUE(budget.spend());
  EXPECT_FALSE(budget.spend());
}

struct Tries {
  int failures;  ///< Before it succeeds.
  bool passing;
  int reserve;
  int made;
  bool succeeds;
};

constexpr Tries tries[] = {
    {0, true, 9, 1, true},   {1, true, 9, 2, true},   {2, true, 9, 3, true}, {3, true, 9, 3, false},
    {99, true, 9, 3, false}, {1, false, 9, 1, false},  // an answer, if an unwelcome one
    {1, true, 0, 1, false},                            // no budget
    {2, true, 1, 2, false},
};

TEST(Retried, TriesAsOftenAsItMay) {
  for (const auto& [failures, passing, reserve, made, succeeds] : tries) {
    int calls = 0;
    RetryBudget budget{{.percent = 10, .reserve = reserve}};
    const auto operation = [&]() -> awaitable<int> {
      if (++calls > failures) co_return 42;
      if (passing) throw Passing{};
      throw std::runtime_error{"for good"};
    };
    std::optional<int> answer;
    try {
      run([&]() -> awaitable<void> {
        const RetryConfig config{.wait = {.first = 1ms, .longest = 1ms}};
        answer =
            co_await retried(config, budget, runtime::system_entropy(), operation, &is_passing);
      }());
    } catch (const std::runtime_error&) {
    }
    EXPECT_EQ(calls, made);
    EXPECT_EQ(answer.has_value(), succeeds);
  }
}

}  // namespace
}  // namespace platform::resilience
