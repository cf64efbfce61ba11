#pragma once

/// The trip meter: metres driven between start and end, read off the driver's positions.
///
/// It is a running total, so it does not matter in what batches positions come, nor how often.
/// Every position is measured against the `anchor`, the place up to which the way has been billed.
/// The anchor stays until the phone has clearly left it: so standing still costs next to nothing,
/// and short hops add up instead of being rounded away. What is lost, at corners and at the very
/// end, is less than twice the noise.

#include <cstdint>
#include <optional>
#include <span>

#include "base/instant.hpp"
#include "base/metres.hpp"
#include "domain/geo/track.hpp"

namespace domain::ride {

struct MeterRules {
  geo::TrackRules track;
  /// A position is in the noise of the anchor within noise_factor times the worse accuracy of both,
  /// at least noise_min. The anchor is left by one position beyond noise_clear times that, or by
  /// two running beyond it once: a single outlier moves nothing.
  double noise_factor = 3;
  base::Metres noise_min{5};
  double noise_clear = 1.5;
  /// Positions that follow sooner than this add noise, not length: they are not measured.
  base::Duration interval_min = std::chrono::seconds{1};
  /// So long after the end the meter waits for positions that are still under way.
  base::Duration final_after = std::chrono::seconds{60};
};

struct Meter {
  geo::Sequence start_sequence = 0;
  std::optional<geo::Sequence> end_sequence = {};
  geo::Sequence last_sequence = 0;           ///< Metered through this one.
  std::optional<geo::Position> last = {};    ///< The last position believed: speed is judged by it.
  std::optional<geo::Position> anchor = {};  ///< The way is billed up to here.
  base::Metres metres;                       ///< Never falls.
  std::int32_t flagged = 0;                  ///< Suspicious jumps, none of them billed.

  friend bool operator==(const Meter&, const Meter&) = default;
};

/// A meter at zero. `origin` is the phone's last position up to `start_sequence`, if known: the way
/// from there to the first position of the trip belongs to the trip. Too inexact, it counts as
/// unknown.
Meter start_meter(geo::Sequence start_sequence, std::optional<geo::Position> origin,
                  const MeterRules& rules);

/// Bounds the trip: what the phone numbered above `end_sequence` is not metered any more.
Meter end_meter(Meter meter, geo::Sequence end_sequence);

/// The meter after one more position. Ignored are positions outside (start, end] and any that does
/// not rise above the last one metered. Not billed, though metered through: accuracy worse than
/// track.accuracy_max, impossible movement (dropped), suspicious movement (flagged; measuring goes
/// on from where it led to).
Meter advance(Meter meter, const geo::Position& position, const MeterRules& rules);

/// The same for a batch in rising order; it may be cut anywhere.
Meter advance(Meter meter, std::span<const geo::Position> positions, const MeterRules& rules);

/// Whether nothing more will be billed: metered to the end, or waited long enough for it.
bool is_final(const Meter& meter, base::Instant completed_at, const MeterRules& rules,
              base::Instant now);

}  // namespace domain::ride
