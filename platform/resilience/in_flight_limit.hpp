#pragma once

/// How many calls a thread has under way at once. More would be answered no sooner, only each of
/// them later, so the limit follows how long they take: while that is above a target it falls by a
/// tenth a window, and while it is below and the limit is what holds calls back, it grows. What
/// matters most may go beyond it, what matters least not as far. A pure state machine: time is an
/// argument. Used from one thread.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/instant.hpp"

namespace platform::resilience {

struct InFlightConfig {
  std::size_t min = 16;
  std::size_t max = 512;
  std::chrono::milliseconds target{50};   ///< Of the mean time that a call takes.
  std::chrono::milliseconds window{100};  ///< Between two changes of the limit.
};

/// To those who are served, when not all can be.
enum class Importance : std::uint8_t { low, normal, high };

class InFlightLimit {
 public:
  explicit InFlightLimit(InFlightConfig config = {});

  /// Whether another call may begin: normal below the limit, low below half of it, high below twice
  /// as much.
  bool admits(Importance importance) const { return in_flight_ < share(importance); }

  void begin();
  /// `took` is from the beginning of a call that was served; one that failed says nothing of how
  /// much work there is.
  void end(base::Duration took, base::Instant now);
  void end_failed() { --in_flight_; }

  std::size_t limit() const { return limit_; }
  std::size_t in_flight() const { return in_flight_; }

 private:
  std::size_t share(Importance importance) const;
  void adjust();

  InFlightConfig config_;
  std::size_t limit_;
  std::size_t in_flight_ = 0;
  std::size_t most_in_flight_ = 0;  // What follows is of this window.
  base::Instant window_began_;
  base::Duration took_{0};
  int served_ = 0;
};

}  // namespace platform::resilience
