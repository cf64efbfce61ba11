#pragma once

#include <chrono>
#include <cstddef>

namespace platform::ws {

/// A token bucket: `per_second` messages a second, and as many at once after a quiet second.
class FloodGate {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  FloodGate(std::size_t per_second, TimePoint now);

  /// Whether a message at `now` may pass.
  bool admit(TimePoint now);

 private:
  double per_second_;
  double tokens_;
  TimePoint filled_at_;
};

}  // namespace platform::ws
