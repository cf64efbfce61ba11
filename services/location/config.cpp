#include "services/location/config.hpp"

namespace services::location {
namespace {

using platform::config::at_least;
using platform::config::between;
using platform::config::Section;

void declare_fixes(Section location, LocationConfig& config) {
  location
      .key("staleness_ms", config.staleness_ms,
           "After this long a silence nobody is found on the map", at_least(100))
      .key("clock_ahead_max_ms", config.clock_ahead_max_ms,
           "By how much a phone's clock may be ahead", at_least(0))
      .key("fix_age_max_ms", config.fix_age_max_ms, "Older fixes do not move anybody on the map",
           at_least(100))
      .key("accuracy_max_m", config.accuracy_max_m,
           "Less exact fixes neither move anybody nor are billed", between(1, 10'000))
      .key("suspicious_above_kmh", config.suspicious_above_kmh,
           "Faster movement is flagged and not billed", between(1, 10'000))
      .key("impossible_above_kmh", config.impossible_above_kmh, "Faster movement is dropped",
           between(1, 100'000));
}

void declare_meters(Section location, LocationConfig& config) {
  location
      .key("trail_ms", config.trail_ms, "How long drivers' fixes are kept for the trip meters",
           at_least(1'000))
      .key("trail_fixes_max", config.trail_fixes_max, "Fixes kept of one phone",
           between(100, 100'000))
      .key("meter_interval_ms", config.meter_interval_ms, "Time between two readings of the meters",
           between(10, 60'000))
      .key("meter_gap_wait_ms", config.meter_gap_wait_ms,
           "How long a meter waits for fixes that are missing in between", at_least(0))
      .key("meter_final_after_ms", config.meter_final_after_ms,
           "How long after its end a trip waits for its last fixes", at_least(0))
      .key("driver_frame_interval_ms", config.driver_frame_interval_ms,
           "How often passengers see their driver move", at_least(0));
}

void declare_writing(Section location, LocationConfig& config) {
  location
      .key("lease_ms", config.lease_ms, "After which other instances take over the work of a dead",
           between(300, 60'000))
      .key("redis_interval_ms", config.redis_interval_ms, "How old the copy in Redis may become",
           between(10, 60'000))
      .key("redis_refresh_ms", config.redis_refresh_ms, "Time between two full copies to Redis",
           at_least(1'000))
      .key("history_interval_ms", config.history_interval_ms, "How often history is written",
           between(10, 60'000))
      .key("history_buffer_ms", config.history_buffer_ms,
           "How long history waits for PostgreSQL before its oldest is dropped", at_least(1'000))
      .key("history_buffer_max", config.history_buffer_max, "Fixes of history that wait at most",
           at_least(1'000))
      .key("history_retention_days", config.history_retention_days, "How long history is kept",
           between(1, 3'650))
      .key("history_ahead_days", config.history_ahead_days,
           "Partitions that exist before their day comes", between(1, 30));
}

}  // namespace

domain::geo::TrackRules LocationConfig::track_rules() const {
  return {.ahead_max = clock_ahead_max_ms,
          .age_max = fix_age_max_ms,
          .accuracy_max = {accuracy_max_m},
          .suspicious_above_kmh = suspicious_above_kmh,
          .impossible_above_kmh = impossible_above_kmh};
}

domain::ride::MeterRules LocationConfig::meter_rules() const {
  return {.track = track_rules(), .final_after = meter_final_after_ms};
}

void declare(const Section& location, LocationConfig& config) {
  declare_fixes(location, config);
  declare_meters(location, config);
  declare_writing(location, config);
}

platform::config::Problems validate(const LocationConfig& config) {
  platform::config::Problems problems;
  if (config.suspicious_above_kmh > config.impossible_above_kmh) {
    problems.emplace_back(
        "location.suspicious_above_kmh must not exceed location.impossible_above_kmh");
  }
  if (config.trail_ms < config.fix_age_max_ms) {
    problems.emplace_back(
        "location.trail_ms must not be below location.fix_age_max_ms: an older fix could be played "
        "back as a new one");
  }
  return problems;
}

}  // namespace services::location
