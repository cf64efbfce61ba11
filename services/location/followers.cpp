#include "services/location/followers.hpp"

#include <utility>

#include "contracts/frames.hpp"
#include "contracts/subjects.hpp"

namespace services::location {

void Followers::replace(const std::vector<TrackedRide>& rides) {
  std::unordered_map<domain::RideId, base::Instant> told;
  for (const auto& [driver, follower] : by_driver_) {
    told.emplace(follower.ride.ride_id, follower.told_at);
  }
  by_driver_.clear();
  for (const auto& ride : rides) {
    by_driver_.emplace(ride.driver_id, Follower{.ride = ride, .told_at = told[ride.ride_id]});
  }
}

void Followers::tell(const Sighting& sighting) {
  const auto [first, last] = by_driver_.equal_range(sighting.user);
  for (auto followed = first; followed != last; ++followed) {
    auto& follower = followed->second;
    if (sighting.received_at < follower.told_at + interval_) continue;
    follower.told_at = sighting.received_at;
    tell(follower, sighting);
  }
}

void Followers::tell(const Follower& follower, const Sighting& sighting) {
  const auto& position = sighting.position;
  const contracts::DriverPosition shown{.ride_id = follower.ride.ride_id,
                                        .latitude = position.point.latitude,
                                        .longitude = position.point.longitude,
                                        .heading = position.heading_degrees,
                                        .at = position.at};
  contracts::UserFrame frame{.frame = {}, .slot = "driver"};
  frame.frame.type = contracts::frames::driver_position;
  frame.frame.data = base::json::encode(shown);
  bus_.publish_signal(contracts::subjects::user(follower.ride.passenger_id),
                      base::json::to_text(frame));
}

}  // namespace services::location
