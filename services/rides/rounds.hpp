#pragma once

/// What a service does by itself, again and again.

#include <chrono>
#include <functional>
#include <string>

#include "services/binding/service.hpp"

namespace services::rides {

struct RoundConfig {
  std::string name;  ///< Of the lease, the task and its complaints: "rides.sealer".
  std::chrono::milliseconds interval;
};

/// Runs `round` every interval on one instance at a time, until the runtime's tasks are cancelled.
/// The lease outlives two intervals, and `round` must be harmless if another instance has taken
/// over meanwhile. What the database can't do now is done in a later round.
void start_rounds(const binding::Environment& environment, RoundConfig config,
                  std::function<platform::awaitable<void>()> round);

}  // namespace services::rides
