#pragma once

/// A circuit breaker for one dependency: when half of the recent calls went badly it stops calling,
/// waits, lets a few probes through, and closes again when they go well, or when nobody has called
/// for so long that what it knew says nothing any more. A pure state machine: time is an argument,
/// so a test needs no clock. Used from one thread.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/instant.hpp"

namespace platform::resilience {

struct BreakerConfig {
  std::chrono::milliseconds window{10'000};  ///< What is older is forgotten.
  int calls_min = 20;                        ///< Within the window; fewer say nothing.
  int bad_percent = 50;                      ///< At least this share of them opens the breaker.
  /// Short, since it delays the return of what is well again and three probes cost little.
  std::chrono::milliseconds open_for{1'000};
  int probes = 3;  ///< This many let through at once; all must go well.
};

enum class BreakerState : std::uint8_t { closed, open, half_open };

enum class Outcome : std::uint8_t {
  good,
  bad,
  unknown,  ///< Given up by the caller, which says nothing about the dependency.
};

class CircuitBreaker {
 public:
  explicit CircuitBreaker(BreakerConfig config = {}) : config_(config) {}

  /// The right to make one call, to be given back by `record`. Results of calls that were admitted
  /// before the breaker last changed its state count for nothing.
  struct Permit {
    std::uint64_t epoch;
  };

  /// Empty: don't call.
  std::optional<Permit> admit(base::Instant now);
  /// Whether `admit` would let a call through.
  bool admits(base::Instant now) const;
  void record(Permit permit, Outcome outcome, base::Instant now);

  BreakerState state(base::Instant now) const;

  /// When it will be closed although nobody calls: `Instant::max()` while a probe is out, and the
  /// distant past when it is closed.
  base::Instant forgotten_at() const;

  /// How long until a call may be let through; zero when one may be now.
  base::Duration retry_after(base::Instant now) const;

 private:
  static constexpr std::int64_t slice_count = 10;

  /// The calls of one tenth of the window.
  struct Slice {
    std::int64_t number = 0;
    int good = 0;
    int bad = 0;
  };

  Slice& slice_at(base::Instant now);
  bool too_many_bad(base::Instant now) const;
  void record_probe(Outcome outcome, base::Instant now);
  std::int64_t slice_number(base::Instant now) const;
  void open(base::Instant now);
  void enter(BreakerState state);

  BreakerConfig config_;
  BreakerState state_ = BreakerState::closed;
  std::uint64_t epoch_ = 0;
  std::array<Slice, slice_count> slices_{};
  base::Instant opened_at_;
  base::Instant probed_at_;  ///< The last result of a probe.
  int probes_out_ = 0;
  int probes_good_ = 0;
};

}  // namespace platform::resilience
