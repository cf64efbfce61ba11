#include "platform/bus/permits.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "platform/runtime/deadline.hpp"
#include "tests/support/bus_fixture.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;
using runtime::Runtime;
using tests::support::eventually;
using tests::support::run;

TEST(Permits, LetSoManyInAtOnceAndAllInTheEnd) {
  run([](Runtime& runtime) -> awaitable<void> {
    Permits permits{runtime.executor(), 3};
    int inside = 0;
    int most = 0;
    int done = 0;
    for (int i = 0; i < 50; ++i) {
      runtime.tasks().spawn("enter", [&]() -> awaitable<void> {
        const auto permit = co_await permits.take();
        most = std::max(most, ++inside);
        co_await runtime::sleep_for(1ms);
        --inside;
        ++done;
      });
    }
    co_await eventually("all were in", [&] { return done == 50; });
    EXPECT_EQ(most, 3);
  });
}

TEST(Permits, AreNotLostWithThoseWhoGiveUpWaiting) {
  run([](Runtime& runtime) -> awaitable<void> {
    Permits permits{runtime.executor(), 1};
    bool entered = false;
    {
      const auto permit = co_await permits.take();
      runtime.tasks().spawn("wait", [&]() -> awaitable<void> {
        const auto mine = co_await permits.take();
        entered = true;
      });
      EXPECT_THROW(co_await runtime::with_deadline(permits.take(), 5ms), runtime::DeadlineExceeded);
      EXPECT_FALSE(entered);
    }
    co_await eventually("the other is in", [&] { return entered; });
    co_await permits.take();
  });
}

}  // namespace
}  // namespace platform::bus
