#pragma once

/// How tests that break things look at what comes of it.

#include <chrono>
#include <utility>

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
