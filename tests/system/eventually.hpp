#pragma once

/// Waiting for what comes to be so without being announced.

#include <chrono>
#include <functional>
#include <string>

#include "platform/runtime/awaitable.hpp"

namespace tests::system {

/// Looks, with a pause in between, until `look` finds it so; throws NeverHappened naming `what`
/// after `limit`.
platform::awaitable<void> eventually(std::string what, std::chrono::milliseconds limit,
                                     std::function<platform::awaitable<bool>()> look,
                                     std::chrono::milliseconds pause = std::chrono::milliseconds{
                                         100});

}  // namespace tests::system
