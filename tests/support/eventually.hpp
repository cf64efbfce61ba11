#pragma once

/// Waiting for what comes to be so without being announced.

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>

#include "platform/runtime/awaitable.hpp"

namespace tests::support {

struct NeverHappened : std::runtime_error {
  explicit NeverHappened(const std::string& what) : std::runtime_error("never happened: " + what) {}
};

/// Looks, with a pause in between, until `look` finds it so; throws NeverHappened after `limit`.
platform::awaitable<void> eventually(std::string what, std::chrono::milliseconds limit,
                                     std::function<platform::awaitable<bool>()> look,
                                     std::chrono::milliseconds pause = std::chrono::milliseconds{
                                         100});

}  // namespace tests::support
