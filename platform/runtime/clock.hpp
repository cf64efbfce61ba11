#pragma once

#include "base/instant.hpp"

namespace platform::runtime {

/// The one source of wall-clock time; everything else takes an Instant as an argument.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual base::Instant now() const = 0;
};

/// The machine's clock.
const Clock& system_clock();

/// A clock that a test sets by hand.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(base::Instant start) : now_(start) {}
  base::Instant now() const override { return now_; }
  void advance(base::Duration by) { now_ += by; }

 private:
  base::Instant now_;
};

}  // namespace platform::runtime
