#pragma once

/// What both sides of a ride think of each other: stars, and a few words if they like.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe/enum.hpp>

#include "domain/ride/lifecycle.hpp"

namespace domain::ride {

/// As whom somebody takes part in a ride.
enum class Side : std::uint8_t { passenger, driver };
BOOST_DESCRIBE_ENUM(Side, passenger, driver)

/// Empty for who has no part in the ride.
std::optional<Side> side_of(const Ride& ride, UserId user);

inline constexpr int stars_min = 1;
inline constexpr int stars_max = 5;

struct Rating {
  RideId ride_id;
  Side by = Side::passenger;
  int stars = stars_max;
  std::string comment;  ///< May be empty.
  base::Instant at;

  friend bool operator==(const Rating&, const Rating&) = default;
};

struct RatingRules {
  base::Duration within = std::chrono::days{7};  ///< Of the end of the trip.
  std::size_t comment_size_max = 2'000;          ///< Bytes.
};

struct Rate {
  int stars = stars_max;
  std::string comment = {};
};

/// Each side rates once, from the end of the trip on and within rules.within of it. `earlier` is
/// what the caller has said before: saying the same again is that rating, whenever it comes, and
/// anything else already_rated. Refuses who has no part in the ride with not_found, a trip that has
/// not ended or ended too long ago with illegal_transition, and other stars than 1 to 5 or a
/// comment that is not plain and short with invalid_value.
Outcome<Rating> decide(const Ride& ride, const std::optional<Rating>& earlier, UserId by,
                       const Rate& command, const RatingRules& rules, base::Instant now);

}  // namespace domain::ride
