#pragma once

/// What an operator can set about rides, fares and payments. The members' values are the defaults.

#include <chrono>
#include <cstddef>
#include <optional>

#include "base/money.hpp"
#include "domain/fare/fare.hpp"
#include "domain/ride/lifecycle.hpp"
#include "domain/ride/rating.hpp"
#include "domain/ride/silence.hpp"
#include "domain/vehicle.hpp"
#include "platform/config/document.hpp"
#include "platform/config/keys.hpp"
#include "services/rides/payments_config.hpp"

namespace services::rides {

/// Prices of one vehicle type.
struct TariffConfig {
  bool offered = true;
  base::Money base;
  base::Money per_km;
  base::Money per_minute;
  base::Money minimum;
};

struct RidesConfig {
  TariffConfig motorcycle{.per_km = {3'000}, .minimum = {5'000}};
  TariffConfig car{.per_km = {5'000}, .minimum = {10'000}};
  TariffConfig car_xl{.per_km = {7'000}, .minimum = {15'000}};
  int platform_fee_bp = domain::fare::platform_fee_bp_default;

  double arrive_within_m = 200;
  double start_within_m = 100;
  std::chrono::milliseconds sighting_fresh_for_ms{30'000};
  int pin_failures_max = 5;

  base::Money cancellation_fee{5'000};
  std::chrono::milliseconds cancel_free_for_ms{120'000};
  std::chrono::milliseconds no_show_after_ms{300'000};

  double trip_min_m = 50;
  double trip_max_m = 100'000;
  double road_factor = 1.3;
  double mean_speed_kmh = 25;

  std::chrono::milliseconds location_timeout_ms{500};
  std::size_t running_fares_max = 4'096;
  std::chrono::milliseconds unmetered_after_ms{600'000};
  std::chrono::milliseconds unmetered_check_ms{60'000};

  PaymentsConfig payments;
  std::chrono::milliseconds silent_after_ms{1'800'000};
  std::chrono::milliseconds silent_cancel_after_ms{2'700'000};
  std::chrono::milliseconds silent_complete_after_ms{10'800'000};
  std::chrono::milliseconds silent_check_ms{60'000};
  std::chrono::milliseconds rating_within_ms{604'800'000};

  /// Of one vehicle type; none where it is not offered.
  std::optional<domain::fare::Tariff> tariff(domain::VehicleType type) const;
  domain::ride::RideRules ride_rules() const;
  domain::fare::EstimateRules estimate_rules() const;
  domain::ride::SilenceRules silence_rules() const;
  domain::ride::RatingRules rating_rules() const;
  /// The one currency of all prices and of the books.
  base::Currency currency() const { return cancellation_fee.currency; }
};

void declare(platform::config::Section rides, RidesConfig& config);

/// What no single key can get wrong: one sentence for each contradiction.
platform::config::Problems validate(const RidesConfig& config);

}  // namespace services::rides
