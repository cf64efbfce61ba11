#pragma once

/// Watches over live rides: whose driver's phone has fallen silent, an operator is called, and in
/// the end the service ends the ride. And over completed ones whose fare does not become final. One
/// instance watches at a time. While location can't be asked nobody counts as silent.

#include <chrono>
#include <functional>

#include "services/binding/service.hpp"
#include "services/rides/commands.hpp"

namespace services::rides {

struct SilenceWatchConfig {
  std::chrono::milliseconds interval{60'000};       ///< Between two looks.
  std::chrono::milliseconds call_after{1'800'000};  ///< Silence.
  std::chrono::milliseconds unmetered_after{600'000};
  std::chrono::milliseconds location_timeout{500};
};

/// Watches in the runtime's tasks, until those are cancelled. `after_commit` wakes the relay.
void start_silence_watch(const binding::Environment& environment, MakeUseCases make,
                         std::function<void()> after_commit, SilenceWatchConfig config);

}  // namespace services::rides
