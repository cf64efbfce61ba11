#pragma once

/// The fare so far, on both screens while the trip is under way: of each reading of the meter, by
/// the ride's own tariff. Momentary, so whatever can't be done at once is left to the next reading.

#include <cstddef>
#include <memory>

#include "services/binding/service.hpp"

namespace services::rides {

/// Shows fares until its end; its reads run in the runtime's tasks.
class RunningFares {
 public:
  virtual ~RunningFares() = default;
};

/// Remembers the tariffs of at most `trips_max` trips.
std::unique_ptr<RunningFares> start_running_fares(const binding::Environment& environment,
                                                  std::size_t trips_max);

}  // namespace services::rides
