#pragma once

/// The way a driver's phone has come lately, for the trip meters: everything it has sent, by its
/// own numbers. Whatever the order in which fixes arrive, and however often, a trail is the same.
/// On one thread.

#include <map>
#include <optional>
#include <unordered_map>

#include "services/location/config.hpp"
#include "services/location/sighting.hpp"

namespace services::location {

struct Footprint {
  domain::geo::Position position;
  base::Instant received_at;
};

/// What one session of a driver has sent.
using Trail = std::map<domain::geo::Sequence, Footprint>;

/// The trails of all drivers. How many sessions a driver has follows from who may log in.
class Trails {
 public:
  explicit Trails(const LocationConfig& config)
      : memory_(config.trail_ms), fixes_max_(config.trail_fixes_max) {}

  /// Ignores passengers, positions that no phone can mean, and numbers that are there already.
  void add(const Sighting& sighting);

  /// Null when nothing has come of this session lately.
  const Trail* find(domain::DriverId driver, domain::SessionId session) const;

  /// The driver's newest session that has come beyond `sequence`: a phone that he has put away, or
  /// has just picked up, is not the one that numbers the trip.
  std::optional<domain::SessionId> newest_beyond(domain::DriverId driver,
                                                 domain::geo::Sequence sequence) const;

  /// Drops what came in too long ago.
  void forget_old(base::Instant now);

 private:
  /// Ids of sessions sort by the time they were made.
  using Sessions = std::map<domain::SessionId, Trail>;

  void forget_old(Trail& trail, base::Instant now) const;

  std::chrono::milliseconds memory_;
  std::size_t fixes_max_;
  std::unordered_map<domain::DriverId, Sessions> drivers_;
};

}  // namespace services::location
