#include "domain/fare/fare.hpp"

#include <cmath>
#include <limits>

#include "base/assert.hpp"

namespace domain::fare {
namespace {

__extension__ using Wide = __int128;

/// value x numerator / denominator, half up; of no negative number.
std::int64_t scaled(std::int64_t value, std::int64_t numerator, std::int64_t denominator) {
  NEBENGJEK_ASSERT(value >= 0 && numerator >= 0);
  const auto result = (Wide{value} * numerator * 2 + denominator) / (Wide{denominator} * 2);
  NEBENGJEK_ASSERT(result <= std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(result);
}

std::int64_t decimetres(base::Metres metres) {
  NEBENGJEK_ASSERT(metres.value >= 0 && metres <= metres_max);
  return std::llround(metres.value * 10);
}

std::int64_t whole_seconds(base::Duration duration) {
  NEBENGJEK_ASSERT(duration >= base::Duration::zero());
  return std::chrono::floor<std::chrono::seconds>(duration).count();
}

bool is_price(std::int64_t amount) { return amount >= 0 && amount <= price_max; }

}  // namespace

Outcome<void> check(const Tariff& tariff) {
  const bool sound = is_price(tariff.base) && is_price(tariff.per_km) &&
                     is_price(tariff.per_minute) && is_price(tariff.minimum);
  if (!sound) return rejected(Rejection::invalid_value);
  return {};
}

Outcome<void> check_adjustment(BasisPoints adjustment_bp) {
  if (adjustment_bp <= 0 || adjustment_bp > whole_bp) {
    return rejected(Rejection::adjustment_out_of_range);
  }
  return {};
}

Fare final_fare(const Tariff& tariff, base::Metres metres, base::Duration duration,
                BasisPoints adjustment_bp) {
  NEBENGJEK_ASSERT(check(tariff) && check_adjustment(adjustment_bp));
  const auto money = [&](std::int64_t amount) { return base::Money{amount, tariff.currency}; };
  Fare fare{.metres = metres, .duration = duration, .adjustment_bp = adjustment_bp};
  fare.base = money(tariff.base);
  fare.distance = money(scaled(tariff.per_km, decimetres(metres), 10'000));
  fare.time = money(scaled(tariff.per_minute, whole_seconds(duration), 60));
  const auto driven = fare.base + fare.distance + fare.time;
  const auto undiscounted = driven < money(tariff.minimum) ? money(tariff.minimum) : driven;
  fare.minimum_top_up = undiscounted - driven;
  fare.total = money(scaled(undiscounted.amount, adjustment_bp, whole_bp));
  fare.adjustment = fare.total - undiscounted;
  return fare;
}

Fare quote(const Tariff& tariff, base::Metres metres, base::Duration duration) {
  return final_fare(tariff, metres, duration, whole_bp);
}

Fare estimate(const Tariff& tariff, geo::Point pickup, geo::Point destination,
              const EstimateRules& rules) {
  const base::Metres metres{geo::distance(pickup, destination).value * rules.road_factor};
  const std::chrono::duration<double, std::ratio<3600>> hours{metres.value / 1000 /
                                                              rules.mean_speed_kmh};
  return quote(tariff, metres, std::chrono::duration_cast<base::Duration>(hours));
}

base::Money platform_fee(base::Money total, BasisPoints fee_bp) {
  NEBENGJEK_ASSERT(fee_bp >= 0 && fee_bp <= whole_bp);
  return {scaled(total.amount, fee_bp, whole_bp), total.currency};
}

}  // namespace domain::fare
