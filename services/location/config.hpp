#pragma once

/// What an operator can set about the live map, history and trip meters. The members' values are
/// the defaults.

#include <chrono>
#include <cstddef>

#include "domain/geo/track.hpp"
#include "domain/ride/meter.hpp"
#include "platform/config/document.hpp"
#include "platform/config/keys.hpp"

namespace services::location {

struct LocationConfig {
  std::chrono::milliseconds staleness_ms{30'000};
  std::chrono::milliseconds clock_ahead_max_ms{30'000};
  std::chrono::milliseconds fix_age_max_ms{60'000};
  double accuracy_max_m = 100;
  double suspicious_above_kmh = 200;
  double impossible_above_kmh = 1'000;

  std::chrono::milliseconds lease_ms{5'000};

  std::chrono::milliseconds trail_ms{120'000};  ///< How long fixes are kept for the meters.
  std::size_t trail_fixes_max = 2'000;          ///< Of one phone.
  std::chrono::milliseconds meter_interval_ms{500};
  std::chrono::milliseconds meter_gap_wait_ms{5'000};
  std::chrono::milliseconds meter_final_after_ms{60'000};
  std::chrono::milliseconds driver_frame_interval_ms{1'000};

  std::chrono::milliseconds redis_interval_ms{250};
  std::chrono::milliseconds redis_refresh_ms{30'000};

  std::chrono::milliseconds history_interval_ms{1'000};
  std::chrono::milliseconds history_buffer_ms{60'000};
  std::size_t history_buffer_max = 500'000;  ///< Fixes.
  int history_retention_days = 30;
  int history_ahead_days = 3;  ///< Partitions that exist before their day comes.

  domain::geo::TrackRules track_rules() const;
  domain::ride::MeterRules meter_rules() const;
};

void declare(const platform::config::Section& location, LocationConfig& config);

/// What no single key can get wrong: one sentence for each contradiction.
platform::config::Problems validate(const LocationConfig& config);

}  // namespace services::location
