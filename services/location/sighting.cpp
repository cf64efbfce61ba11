#include "services/location/sighting.hpp"

namespace services::location {

Sighting sighting_of(const contracts::UserFix& from, base::Instant received_at) {
  const auto& fix = from.fix;
  domain::geo::Position position{.point = {fix.latitude, fix.longitude},
                                 .at = base::from_unix_ms(base::unix_ms(fix.at)),
                                 .sequence = fix.sequence,
                                 .speed_mps = fix.speed_mps,
                                 .heading_degrees = fix.heading};
  if (fix.accuracy_m) position.accuracy = {*fix.accuracy_m};
  return {.user = from.user_id,
          .session = from.session_id,
          .vehicle = from.vehicle_type,
          .position = position,
          .received_at = received_at};
}

}  // namespace services::location
