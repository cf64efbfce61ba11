#pragma once

/// How tests that break things look at what comes of it.

#include <chrono>
#include <functional>
#include <utility>

#include "platform/runtime/deadline.hpp"
#include "tests/system/scene.hpp"
#include "tests/system/system_test.hpp"

namespace tests::system {

/// The answer of `call`, which must come within `limit`.
template <class T>
awaitable<T> timed(const char* name, std::chrono::milliseconds limit, awaitable<T> call) {
  const auto begin = std::chrono::steady_clock::now();
  auto answer = co_await std::move(call);
  EXPECT_LE(std::chrono::steady_clock::now() - begin, limit) << name;
  co_return answer;
}

/// Waits until `look` finds it so; fails naming `what` after `limit`.
inline awaitable<void> eventually(const char* what, std::chrono::milliseconds limit,
                                  std::function<awaitable<bool>()> look) {
  constexpr auto pause_between_looks = std::chrono::milliseconds{100};
  const auto give_up_at = std::chrono::steady_clock::now() + limit;
  while (!co_await look()) {
    if (std::chrono::steady_clock::now() > give_up_at) {
      ADD_FAILURE() << "never: " << what;
      co_return;
    }
    co_await platform::runtime::sleep_for(pause_between_looks);
  }
}

/// Each kind of call comes to what it does when all is well, within `limit`.
inline awaitable<void> expect_all_is_well(Scene& scene, std::chrono::milliseconds limit) {
  co_await eventually("login", limit,
                      [&]() -> awaitable<bool> { co_return co_await scene.log_in() == 202; });
  co_await eventually("request", limit,
                      [&]() -> awaitable<bool> { co_return co_await scene.request() == 201; });
  co_await eventually("step", limit,
                      [&]() -> awaitable<bool> { co_return co_await scene.step() == 200; });
  co_await eventually("payment", limit,
                      [&]() -> awaitable<bool> { co_return co_await scene.pay() == 200; });
  co_await eventually("reads", limit, [&]() -> awaitable<bool> {
    const auto response = co_await scene.read();
    co_return response.status == 200 && !response.headers.find("X-Degraded");
  });
  co_await eventually("positions", limit,
                      [&]() -> awaitable<bool> { co_return !co_await scene.positions_are_kept(); });
}

}  // namespace tests::system
