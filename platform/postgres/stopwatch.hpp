#pragma once

#include <chrono>

#include "platform/telemetry/metrics.hpp"

namespace platform::postgres {

/// Observes how long it lived, in seconds.
class Stopwatch {
 public:
  explicit Stopwatch(telemetry::Histogram histogram) : histogram_(histogram) {}
  ~Stopwatch() { histogram_.observe(std::chrono::duration<double>{Clock::now() - start_}.count()); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;

  telemetry::Histogram histogram_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace platform::postgres
