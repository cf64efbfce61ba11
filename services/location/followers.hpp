#pragma once

/// Shows passengers their drivers, from the match to the end of the ride.

#include <unordered_map>
#include <vector>

#include "platform/bus/connection.hpp"
#include "services/location/ports.hpp"

namespace services::location {

class Followers {
 public:
  /// No ride is told more often than once in `interval`.
  Followers(platform::bus::Connection& bus, std::chrono::milliseconds interval)
      : bus_(bus), interval_(interval) {}

  /// These rides are followed from now on, and no others.
  void replace(const std::vector<TrackedRide>& rides);

  /// Tells whoever follows this user where he is.
  void tell(const Sighting& sighting);

 private:
  struct Follower {
    TrackedRide ride;
    base::Instant told_at;
  };

  void tell(const Follower& follower, const Sighting& sighting);

  platform::bus::Connection& bus_;
  std::chrono::milliseconds interval_;
  std::unordered_multimap<domain::DriverId, Follower> by_driver_;
};

}  // namespace services::location
