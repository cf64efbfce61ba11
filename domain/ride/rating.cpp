#include "domain/ride/rating.hpp"

#include "domain/ride/text.hpp"

namespace domain::ride {
namespace {

bool is_sound(const Rate& command, const RatingRules& rules) {
  return command.stars >= stars_min && command.stars <= stars_max &&
         is_plain_text(command.comment, rules.comment_size_max);
}

bool says_the_same(const Rating& earlier, const Rate& command) {
  return earlier.stars == command.stars && earlier.comment == command.comment;
}

}  // namespace

std::optional<Side> side_of(const Ride& ride, UserId user) {
  if (user == ride.passenger_id) return Side::passenger;
  if (user == ride.driver_id) return Side::driver;
  return {};
}

Outcome<Rating> decide(const Ride& ride, const std::optional<Rating>& earlier, UserId by,
                       const Rate& command, const RatingRules& rules, base::Instant now) {
  const auto side = side_of(ride, by);
  if (!side) return rejected(Rejection::not_found);
  if (earlier && says_the_same(*earlier, command)) return *earlier;
  if (earlier) return rejected(Rejection::already_rated);
  if (!ride.completed_at || now > *ride.completed_at + rules.within) {
    return rejected(Rejection::illegal_transition);
  }
  if (!is_sound(command, rules)) return rejected(Rejection::invalid_value);
  return Rating{.ride_id = ride.id,
                .by = *side,
                .stars = command.stars,
                .comment = command.comment,
                .at = now};
}

}  // namespace domain::ride
