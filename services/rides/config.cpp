#include "services/rides/config.hpp"

#include <algorithm>
#include <string>

#include "base/assert.hpp"
#include "base/json/enums.hpp"

namespace services::rides {
namespace {

using domain::VehicleType;
using platform::config::at_least;
using platform::config::between;
using platform::config::Problems;
using platform::config::Section;

constexpr double price_max = 1e12;

const TariffConfig& prices_of(const RidesConfig& config, VehicleType type) {
  switch (type) {
    case VehicleType::motorcycle: return config.motorcycle;
    case VehicleType::car: return config.car;
    case VehicleType::car_xl: return config.car_xl;
  }
  NEBENGJEK_UNREACHABLE("a vehicle type without prices");
}

void declare_tariff(Section tariff, TariffConfig& prices) {
  const auto price = between(0, price_max);
  tariff.key("offered", prices.offered, "Whether there are rides of this type at all")
      .key("base", prices.base, "For every ride", price)
      .key("per_km", prices.per_km, "For each kilometre driven", price)
      .key("per_minute", prices.per_minute, "For each minute from start to end", price)
      .key("minimum", prices.minimum, "What a ride costs at least, before a driver's discount",
           price);
}

void declare_steps(Section rides, RidesConfig& config) {
  rides
      .key("arrive_within_m", config.arrive_within_m, "How near the pickup a driver has arrived",
           between(1, 10'000))
      .key("start_within_m", config.start_within_m,
           "How near the passenger a driver must be to start", between(1, 10'000))
      .key("sighting_fresh_for_ms", config.sighting_fresh_for_ms,
           "How old a position may be to tell where somebody is", at_least(1'000))
      .key("pin_failures_max", config.pin_failures_max,
           "Wrong PINs after which a ride can't be started any more", between(1, 100))
      .key("cancellation_fee", config.cancellation_fee,
           "What a passenger owes the driver for cancelling late or not coming",
           between(0, price_max))
      .key("cancel_free_for_ms", config.cancel_free_for_ms,
           "How long after acceptance cancelling is free", at_least(0))
      .key("no_show_after_ms", config.no_show_after_ms,
           "How long a driver waits at the pickup before reporting a no-show", at_least(0));
}

void declare_estimates(Section rides, RidesConfig& config) {
  rides.key("trip_min_m", config.trip_min_m, "Shortest straight line of a trip", at_least(0))
      .key("trip_max_m", config.trip_max_m, "Longest straight line of a trip", at_least(1))
      .key("road_factor", config.road_factor,
           "Length of a road over its straight line, for estimates", between(1, 10))
      .key("mean_speed_kmh", config.mean_speed_kmh, "Of city traffic, for estimates",
           between(1, 200));
}

void declare_workings(Section rides, RidesConfig& config) {
  rides
      .key("location_timeout_ms", config.location_timeout_ms, "For an answer of the live map",
           between(10, 1'000))
      .key("running_fares_max", config.running_fares_max,
           "Trips whose tariff is remembered for the running fare", between(1, 1'000'000))
      .key("unmetered_after_ms", config.unmetered_after_ms,
           "How long after its end a ride without a final fare is reported", at_least(100))
      .key("unmetered_check_ms", config.unmetered_check_ms, "Time between two such reports",
           at_least(100));
}

void declare_oversight(Section rides, RidesConfig& config) {
  rides
      .key("silent_after_ms", config.silent_after_ms,
           "Silence of a driver's phone during a ride after which an operator is called",
           at_least(100))
      .key("silent_cancel_after_ms", config.silent_cancel_after_ms,
           "Silence after which a ride that has not started is cancelled, free of charge",
           at_least(100))
      .key("silent_complete_after_ms", config.silent_complete_after_ms,
           "Silence after which a trip ends where its meter stands", at_least(100))
      .key("silent_check_ms", config.silent_check_ms, "Time between two looks for silent drivers",
           at_least(100))
      .key("rating_within_ms", config.rating_within_ms,
           "How long after a trip both sides may give each other stars", at_least(1'000));
}

void check_prices(VehicleType type, const RidesConfig& config, Problems& problems) {
  const auto& prices = prices_of(config, type);
  for (const auto money : {prices.base, prices.per_km, prices.per_minute, prices.minimum}) {
    if (money.currency == config.currency()) continue;
    problems.push_back("rides.tariff." + std::string{base::json::name_of(type)} +
                       ": all prices must be in the currency of rides.cancellation_fee");
    return;
  }
}

}  // namespace

std::optional<domain::fare::Tariff> RidesConfig::tariff(VehicleType type) const {
  const auto& prices = prices_of(*this, type);
  if (!prices.offered) return {};
  return domain::fare::Tariff{.vehicle_type = type,
                              .currency = currency(),
                              .base = prices.base.amount,
                              .per_km = prices.per_km.amount,
                              .per_minute = prices.per_minute.amount,
                              .minimum = prices.minimum.amount};
}

domain::ride::RideRules RidesConfig::ride_rules() const {
  return {.arrive_within = {arrive_within_m},
          .start_within = {start_within_m},
          .sighting_fresh_for = sighting_fresh_for_ms,
          .pin_failures_max = pin_failures_max,
          .cancel_free_for = cancel_free_for_ms,
          .no_show_after = no_show_after_ms,
          .cancellation_fee = cancellation_fee};
}

domain::fare::EstimateRules RidesConfig::estimate_rules() const {
  return {.road_factor = road_factor, .mean_speed_kmh = mean_speed_kmh};
}

domain::ride::SilenceRules RidesConfig::silence_rules() const {
  return {.call_operator_after = silent_after_ms,
          .cancel_after = silent_cancel_after_ms,
          .complete_after = silent_complete_after_ms};
}

domain::ride::RatingRules RidesConfig::rating_rules() const { return {.within = rating_within_ms}; }

void declare(Section rides, RidesConfig& config) {
  const auto tariffs = rides.section("tariff", "Prices by vehicle type");
  declare_tariff(tariffs.section("motorcycle", "Motorcycles"), config.motorcycle);
  declare_tariff(tariffs.section("car", "Cars"), config.car);
  declare_tariff(tariffs.section("car_xl", "Cars of six seats and more"), config.car_xl);
  rides.key("platform_fee_bp", config.platform_fee_bp,
            "Share of the fare kept by the platform, in basis points",
            between(0, domain::fare::whole_bp));
  declare_steps(rides, config);
  declare_estimates(rides, config);
  declare_workings(rides, config);
  declare(rides.section("payments", "The payment provider, wallets, payouts and the books"),
          config.payments);
  declare_oversight(rides, config);
}

Problems validate(const RidesConfig& config) {
  Problems problems = validate(config.payments, config.currency());
  for (const auto& type : base::json::enum_names<VehicleType>()) {
    check_prices(static_cast<VehicleType>(type.value), config, problems);
  }
  if (!config.motorcycle.offered && !config.car.offered && !config.car_xl.offered) {
    problems.emplace_back("rides.tariff: at least one vehicle type must be offered");
  }
  if (config.trip_min_m > config.trip_max_m) {
    problems.emplace_back("rides.trip_min_m must not exceed rides.trip_max_m");
  }
  if (config.silent_after_ms >
      std::min(config.silent_cancel_after_ms, config.silent_complete_after_ms)) {
    problems.emplace_back(
        "rides.silent_after_ms must not exceed rides.silent_cancel_after_ms and "
        "rides.silent_complete_after_ms");
  }
  return problems;
}

}  // namespace services::rides
