#pragma once

/// What a ride costs. All arithmetic on money is in whole numbers, so that the same ride costs the
/// same on every machine and a passenger can check it by hand:
///
///   distance   = per_km     x decimetres / 10,000     distance rounded half up to the decimetre
///   time       = per_minute x seconds / 60            fractions of a second dropped
///   top-up     = what base + distance + time lacks to the minimum
///   adjustment = the driver's discount on all of the above
///   fee        = total x fee_bp / 10,000              what the platform keeps of the total
///
/// Each quotient is rounded half up to the smallest unit of the currency. The discount comes last,
/// so a driver may go below the minimum.

#include <cstdint>

#include "base/instant.hpp"
#include "base/metres.hpp"
#include "base/money.hpp"
#include "domain/geo/point.hpp"
#include "domain/rejection.hpp"
#include "domain/vehicle.hpp"

namespace domain::fare {

/// Ten thousandths: 9,000 is 90 %.
using BasisPoints = std::int32_t;
inline constexpr BasisPoints whole_bp = 10'000;

/// The highest of any price.
inline constexpr std::int64_t price_max = 1'000'000'000'000;

/// Prices of one vehicle type, in the smallest unit of `currency`; none negative.
struct Tariff {
  VehicleType vehicle_type = VehicleType::motorcycle;
  base::Currency currency = base::Currency::idr;
  std::int64_t base = 0;
  std::int64_t per_km = 3'000;
  std::int64_t per_minute = 0;
  std::int64_t minimum = 5'000;

  friend bool operator==(const Tariff&, const Tariff&) = default;
};

/// A fare and how it came about; the five parts add up to the total.
struct Fare {
  base::Metres metres;
  base::Duration duration{};
  BasisPoints adjustment_bp = whole_bp;
  base::Money base = {};
  base::Money distance = {};
  base::Money time = {};
  base::Money minimum_top_up = {};
  base::Money adjustment = {};  ///< Zero or negative.
  base::Money total = {};

  friend bool operator==(const Fare&, const Fare&) = default;
};

/// How a straight line becomes a trip, for estimates alone.
struct EstimateRules {
  double road_factor = 1.3;    ///< Length of the road over the length of the straight line.
  double mean_speed_kmh = 25;  ///< Of city traffic, stops included.
};

/// The longest trip that has a fare.
inline constexpr base::Metres metres_max{1e8};

/// Refuses with invalid_value a price below zero or above 10^12.
Outcome<void> check(const Tariff& tariff);

/// Refuses with adjustment_out_of_range what is not in (0, 10,000]: a driver only ever lowers.
Outcome<void> check_adjustment(BasisPoints adjustment_bp);

/// The fare of a metered trip. `metres` in [0, metres_max], `duration` not negative,
/// `adjustment_bp` checked; a breach is a bug of the caller.
Fare final_fare(const Tariff& tariff, base::Metres metres, base::Duration duration,
                BasisPoints adjustment_bp);

/// The undiscounted fare of a trip of a known length.
Fare quote(const Tariff& tariff, base::Metres metres, base::Duration duration);

/// The fare to expect between two points, before anybody has driven it.
Fare estimate(const Tariff& tariff, geo::Point pickup, geo::Point destination,
              const EstimateRules& rules);

/// The platform's share of `total`, half up. `fee_bp` in [0, 10,000].
base::Money platform_fee(base::Money total, BasisPoints fee_bp);

/// 5 %.
inline constexpr BasisPoints platform_fee_bp_default = 500;

}  // namespace domain::fare
