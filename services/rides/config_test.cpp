#include "services/rides/config.hpp"

#include <gmock/gmock.h>

namespace services::rides {
namespace {

using domain::VehicleType;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(RidesConfig, DefaultsAreValidAndTheDomains) {
  const RidesConfig config;
  EXPECT_THAT(validate(config), IsEmpty());
  const auto rules = config.ride_rules();
  const domain::ride::RideRules expected;
  EXPECT_EQ(rules.arrive_within, expected.arrive_within);
  EXPECT_EQ(rules.start_within, expected.start_within);
  EXPECT_EQ(rules.sighting_fresh_for, expected.sighting_fresh_for);
  EXPECT_EQ(rules.pin_failures_max, expected.pin_failures_max);
  EXPECT_EQ(rules.cancel_free_for, expected.cancel_free_for);
  EXPECT_EQ(rules.no_show_after, expected.no_show_after);
  EXPECT_EQ(rules.cancellation_fee, expected.cancellation_fee);
  EXPECT_EQ(config.tariff(VehicleType::motorcycle), domain::fare::Tariff{});
}

TEST(RidesConfig, HasATariffForEachVehicleTypeOffered) {
  RidesConfig config;
  config.car.offered = false;
  EXPECT_EQ(config.tariff(VehicleType::car), std::nullopt);
  const auto tariff = config.tariff(VehicleType::car_xl);
  EXPECT_EQ(tariff->vehicle_type, VehicleType::car_xl);
  EXPECT_EQ(tariff->per_km, 7'000);
  EXPECT_EQ(tariff->minimum, 15'000);
}

TEST(RidesConfig, DeclaresItsKeys) {
  RidesConfig config;
  platform::config::Keys keys;
  declare(keys.section("rides", "Rides, fares and payments"), config);
  std::vector<std::string> paths;
  for (const auto& key : keys.all()) paths.push_back(key.path);
  EXPECT_THAT(paths, testing::IsSupersetOf({"rides.tariff.car.per_km", "rides.platform_fee_bp",
                                            "rides.cancellation_fee", "rides.no_show_after_ms"}));
}

TEST(RidesConfig, NamesEachContradiction) {
  RidesConfig config;
  config.car.per_km.currency = base::Currency::usd;
  config.trip_min_m = 200'000;
  EXPECT_THAT(validate(config),
              ElementsAre(HasSubstr("rides.tariff.car:"), HasSubstr("rides.trip_min_m")));
  config = {};
  config.motorcycle.offered = config.car.offered = config.car_xl.offered = false;
  EXPECT_THAT(validate(config), ElementsAre(HasSubstr("at least one")));
}

TEST(RidesConfig, NamesContradictionsAboutMoney) {
  RidesConfig config;
  config.payments.provider_url = "https://provider.example";
  config.payments.webhook_secret = "too short";
  config.payments.top_up_min = {20'000'000};
  config.payments.debt_floor = {-100, base::Currency::usd};
  EXPECT_THAT(validate(config), ElementsAre(HasSubstr("currency"), HasSubstr("top_up_min"),
                                            HasSubstr("webhook_secret must have at least 16")));
}

}  // namespace
}  // namespace services::rides
