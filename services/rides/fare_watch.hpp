#pragma once

/// Watches over rides that were completed and wait too long for their final fare, which nobody can
/// pay: they are counted in a metric and reported as an error, by one instance at a time.

#include <chrono>

#include "services/binding/service.hpp"

namespace services::rides {

struct FareWatchConfig {
  std::chrono::milliseconds after{600'000};    ///< The end of the ride.
  std::chrono::milliseconds interval{60'000};  ///< Between two looks.
};

/// Watches in the runtime's tasks, until those are cancelled.
void start_fare_watch(const binding::Environment& environment, FareWatchConfig config);

}  // namespace services::rides
