#include "domain/geo/track.hpp"

#include <algorithm>
#include <cmath>

namespace domain::geo {
namespace {

using namespace std::chrono_literals;

/// False for what is not a number.
bool within(double value, double low, double high) { return value >= low && value <= high; }

double speed_kmh(const Position& from, const Position& to) {
  const auto elapsed = std::max<base::Duration>(to.at - from.at, 1s);
  const double hours = std::chrono::duration<double, std::ratio<3600>>{elapsed}.count();
  return distance(from.point, to.point).value / 1000 / hours;
}

bool is_fresh_and_exact(const Position& position, const TrackRules& rules, base::Instant now) {
  return position.at <= now + rules.ahead_max && position.at >= now - rules.age_max &&
         position.accuracy <= rules.accuracy_max;
}

}  // namespace

Outcome<void> check(const Position& position) {
  constexpr double accuracy_max_m = 1'000'000;
  constexpr double speed_max_mps = 10'000;
  const bool sound = is_plausible(position.point) && position.sequence >= 1 &&
                     within(position.accuracy.value, 0, accuracy_max_m) &&
                     within(position.speed_mps.value_or(0), 0, speed_max_mps) &&
                     within(position.heading_degrees.value_or(0), 0, 360) &&
                     position.heading_degrees != 360;
  if (!sound) return rejected(Rejection::invalid_value);
  return {};
}

Movement judge_movement(const Position& from, const Position& to, const TrackRules& rules) {
  const double speed = speed_kmh(from, to);
  if (speed > rules.impossible_above_kmh) return Movement::impossible;
  const bool clock_set_back = to.at < from.at;
  if (clock_set_back || speed > rules.suspicious_above_kmh) return Movement::suspicious;
  return Movement::plausible;
}

Verdict judge(const std::optional<Position>& last_kept, const Position& next,
              const TrackRules& rules, base::Instant now) {
  auto movement = Movement::plausible;
  if (last_kept) {
    if (next.sequence <= last_kept->sequence) return {};
    movement = judge_movement(*last_kept, next, rules);
  }
  if (movement == Movement::impossible) return {};
  const bool flagged = movement == Movement::suspicious;
  return {.kept = true,
          .for_dispatch = !flagged && is_fresh_and_exact(next, rules, now),
          .flagged = flagged};
}

}  // namespace domain::geo
