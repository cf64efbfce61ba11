#include "platform/resilience/dependency.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>

#include "platform/resilience/run_test.hpp"

namespace platform::resilience {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct Passing : std::runtime_error {
  Passing() : std::runtime_error("passing") {}
};

class Guarded : public testing::Test {
 protected:
  /// Makes one call that throws `failure`, if any; says whether the call was made.
  template <class Failure>
  bool call(const Failure& failure, Outcome (*outcome_of)() = &outcome_of_exception) {
    bool made = false;
    try {
      Dependency::Call guarded{dependency};
      run(guarded.run(
          [&]() -> awaitable<void> {
            made = true;
            throw failure;
            co_return;
          },
          outcome_of));
    } catch (const Failure&) {
    } catch (const CircuitOpen& open) {
      retry_after = open.retry_after;
    }
    return made;
  }

  runtime::ManualClock clock{base::Instant{std::chrono::hours{500'000}}};
  Dependency dependency{clock, "guarded_test"};
  base::Duration retry_after{};
};

TEST_F(Guarded, StopsCallingAndSaysUntilWhen) {
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(call(Passing{}));
  clock.advance(400ms);
  EXPECT_FALSE(call(Passing{}));
  EXPECT_EQ(retry_after, 600ms);
}

TEST_F(Guarded, IsSeenToBeOpenUntilTheProbesWentWell) {
  EXPECT_THAT(open_circuits(clock.now()), IsEmpty());
  for (int i = 0; i < 20; ++i) call(Passing{});
  EXPECT_THAT(open_circuits(clock.now()), ElementsAre("guarded_test"));
  clock.advance(1s);
  for (int probe = 0; probe < 3; ++probe) {
    EXPECT_THAT(open_circuits(clock.now()), ElementsAre("guarded_test"));
    EXPECT_TRUE(call(Passing{}, [] { return Outcome::good; }));
  }
  EXPECT_THAT(open_circuits(clock.now()), IsEmpty());
}

TEST_F(Guarded, IsNotSeenToBeOpenOnceNobodyHasCalledForLong) {
  for (int i = 0; i < 20; ++i) call(Passing{});
  clock.advance(9'999ms);
  EXPECT_THAT(open_circuits(clock.now()), ElementsAre("guarded_test"));
  clock.advance(1ms);
  EXPECT_THAT(open_circuits(clock.now()), IsEmpty());
  for (int i = 0; i < 19; ++i) EXPECT_TRUE(call(Passing{}));
}

TEST_F(Guarded, WhatEndsWhileOpenIsSeenNoMore) {
  {
    Dependency another{clock, "short_lived"};
    for (int i = 0; i < 20; ++i) {
      Dependency::Call call{another};
      call.outcome = Outcome::bad;
    }
    EXPECT_THAT(open_circuits(clock.now()), ElementsAre("short_lived"));
  }
  EXPECT_THAT(open_circuits(clock.now()), IsEmpty());
}

TEST_F(Guarded, AnswersThatComeAsExceptionsAreGood) {
  for (int i = 0; i < 99; ++i) EXPECT_TRUE(call(Passing{}, [] { return Outcome::good; }));
}

TEST_F(Guarded, OurOwnCancellationSaysNothing) {
  const boost::system::system_error cancelled{boost::asio::error::operation_aborted};
  for (int i = 0; i < 99; ++i) EXPECT_TRUE(call(cancelled));
}

TEST_F(Guarded, HandsTheAnswerThrough) {
  run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await Dependency::Call{dependency}.run([]() -> awaitable<int> { co_return 42; }),
              42);
  }());
}

}  // namespace
}  // namespace platform::resilience
