#pragma once

/// How the tests of this folder break things, and how they look at what comes of it.

#include <chrono>
#include <functional>
#include <utility>

#include "platform/runtime/deadline.hpp"
#include "tests/system/system_test.hpp"

namespace tests::matrix {

namespace operations = contracts::operations;
using namespace std::chrono_literals;
using platform::awaitable;
using platform::stack::LinkFault;
using system::City;
using Clock = std::chrono::steady_clock;

inline constexpr LinkFault link_faults[] = {LinkFault::refused, LinkFault::silent, LinkFault::slow,
                                            LinkFault::reset};

// The deadlines of a call, and what a busy machine may add.
inline constexpr auto call_limit = 2s + 1s;
inline constexpr auto login_limit = 5s + 1s;
inline constexpr auto recovery_limit = 15s;
inline constexpr auto pause_between_looks = 100ms;

/// The answer of `call`, which must come within `limit`.
template <class T>
awaitable<T> timed(const char* name, Clock::duration limit, awaitable<T> call) {
  const auto begin = Clock::now();
  auto answer = co_await std::move(call);
  EXPECT_LE(Clock::now() - begin, limit) << name;
  co_return answer;
}

/// Waits until `look` finds it so; fails naming `what` after `limit`.
inline awaitable<void> eventually(const char* what, Clock::duration limit,
                                  std::function<awaitable<bool>()> look) {
  const auto give_up_at = Clock::now() + limit;
  while (!co_await look()) {
    if (Clock::now() > give_up_at) {
      ADD_FAILURE() << "never: " << what;
      co_return;
    }
    co_await platform::runtime::sleep_for(pause_between_looks);
  }
}

}  // namespace tests::matrix
