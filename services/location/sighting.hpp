#pragma once

#include <optional>

#include "contracts/location.hpp"
#include "domain/geo/track.hpp"
#include "domain/ids.hpp"
#include "domain/vehicle.hpp"

namespace services::location {

/// A position with whose it is, from which of the user's sessions, and when it came in.
struct Sighting {
  domain::UserId user;
  domain::SessionId session;
  std::optional<domain::VehicleType> vehicle;  ///< Set for drivers.
  domain::geo::Position position;
  base::Instant received_at;
};

/// The time of the fix is cut to milliseconds, which is what phones tell and tables here carry: a
/// meter must go on from its row as it would have in memory.
Sighting sighting_of(const contracts::UserFix& fix, base::Instant received_at);

}  // namespace services::location
