#pragma once

/// What a phone says about where it is, and how far that is believed. One position can be good
/// enough to keep as history, yet too old to dispatch by or too sudden to bill by.

#include <cstdint>
#include <optional>

#include "base/instant.hpp"
#include "base/metres.hpp"
#include "domain/geo/point.hpp"
#include "domain/rejection.hpp"

namespace domain::geo {

/// The number a phone gives each of its positions, from 1. It rises strictly within a session; gaps
/// are allowed.
using Sequence = std::int64_t;

struct Position {
  Point point;
  base::Instant at;  ///< By the phone's clock.
  Sequence sequence = 0;
  /// Radius that holds the truth with 68 %; phones that tell none are taken to be this exact.
  base::Metres accuracy{10};
  std::optional<double> speed_mps = {};        ///< Metres per second, not negative.
  std::optional<double> heading_degrees = {};  ///< Clockwise from north, in [0, 360).

  friend bool operator==(const Position&, const Position&) = default;
};

struct TrackRules {
  base::Duration ahead_max = std::chrono::seconds{30};
  base::Duration age_max = std::chrono::seconds{60};
  base::Metres accuracy_max{100};
  double suspicious_above_kmh = 200;
  double impossible_above_kmh = 1000;
};

/// Refuses with invalid_value what no phone can mean: a point out of range or at (0, 0), a sequence
/// below 1, an accuracy, speed or heading out of its range, anything that is not a number.
Outcome<void> check(const Position& position);

/// How the way from one position to the next looks.
enum class Movement : std::uint8_t {
  plausible,
  suspicious,  ///< Faster than any car: kept and flagged, never billed. Also a clock set back.
  impossible,  ///< Faster than any flight: dropped as if it had never come.
};

/// By mean speed. Less than a second between both counts as a second, since phones round time.
Movement judge_movement(const Position& from, const Position& to, const TrackRules& rules);

/// What one position may be used for.
struct Verdict {
  bool kept = false;          ///< Written to history; becomes the phone's last position.
  bool for_dispatch = false;  ///< Moves the phone on the map: fresh, exact, and plausible.
  bool flagged = false;       ///< A suspicious jump led here.

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// Judges `next`, which passed check(), against the last position kept of the same session. What
/// does not rise in sequence is not kept.
Verdict judge(const std::optional<Position>& last_kept, const Position& next,
              const TrackRules& rules, base::Instant now);

}  // namespace domain::geo
