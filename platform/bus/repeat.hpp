#pragma once

#include <functional>
#include <string>

#include "platform/runtime/runtime.hpp"

namespace platform::bus {

/// Runs `turn` until `done` or cancelled. What it throws ends that turn only: the first failure of
/// several in a row is logged, and each is followed by a longer pause. The loops of this folder
/// live as long as the process, whatever happens to the servers.
awaitable<void> repeat(std::string name, runtime::Runtime& runtime,
                       std::function<awaitable<void>()> turn, std::function<bool()> done);

/// Runs `work`, and then `farewell` even when `work` was cancelled: what has to be given back
/// before a shutdown is complete. A farewell that fails is logged.
awaitable<void> with_farewell(awaitable<void> work, std::function<awaitable<void>()> farewell);

}  // namespace platform::bus
