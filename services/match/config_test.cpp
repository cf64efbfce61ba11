#include "services/match/config.hpp"

#include <gmock/gmock.h>

#include "services/match/zones.hpp"

namespace services::match {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr domain::geo::Point monas{-6.1754, 106.8272};  // in qqguz
constexpr domain::geo::Point ancol{-6.1256, 106.8331};  // in qqguz's northern neighbour

TEST(MatchConfig, DefaultsAreValidAndTheDomains) {
  const MatchConfig config;
  EXPECT_THAT(validate(config), IsEmpty());
  const domain::match::MatchRules expected;
  EXPECT_EQ(config.rules().patience, expected.patience);
  EXPECT_EQ(config.rules().proposal_lifetime, expected.proposal_lifetime);
  EXPECT_EQ(config.rules().radius_first, expected.radius_first);
  EXPECT_EQ(config.rules().radius_step, expected.radius_step);
  EXPECT_EQ(config.rules().radius_max, expected.radius_max);
  EXPECT_EQ(config.rules().radius_grows_every, expected.radius_grows_every);
  EXPECT_EQ(config.rules().trip_min, expected.trip_min);
  EXPECT_EQ(config.rules().trip_max, expected.trip_max);
  EXPECT_EQ(config.policy_rules().broadcast_to, domain::match::PolicyRules{}.broadcast_to);
}

TEST(MatchConfig, DeclaresKeysWithTheirDefaults) {
  MatchConfig config;
  platform::config::Keys keys;
  declare(keys.section("match", "Requests and dispatch"), config);
  EXPECT_EQ(keys.all().front().path, "match.patience_ms");
}

TEST(MatchConfig, NamesEachContradiction) {
  MatchConfig config;
  config.radius_first_m = 6'000;
  config.trip_min_m = 200'000;
  config.proposal_lifetime_ms = std::chrono::minutes{3};
  EXPECT_THAT(validate(config), ElementsAre(HasSubstr("radius_first_m"), HasSubstr("trip_min_m"),
                                            HasSubstr("proposal_lifetime_ms")));
}

TEST(MatchConfig, NamesBadZones) {
  MatchConfig config;
  config.zones = {
      {"centre", {"qqguz", "qqgu"}},
      {"city", {"qqgvb"}},
      {"harbour", {"qqguz", "QQGUW"}},
  };
  EXPECT_THAT(validate(config),
              ElementsAre(HasSubstr("'qqgu'"), HasSubstr("match.zones.city"),
                          HasSubstr("qqguz is already in centre"), HasSubstr("'QQGUW'")));
}

TEST(Zones, AreOneCityUnlessNamed) {
  const Zones zones{{}};
  EXPECT_EQ(zones.all().size(), 1U);
  EXPECT_EQ(zones.zone_of(monas).name, city_zone);
}

TEST(Zones, HoldEveryPointOnce) {
  const Zones zones{{{"centre", {zone_cell(monas)}}}};
  ASSERT_NE(zone_cell(monas), zone_cell(ancol));
  EXPECT_EQ(zones.zone_of(monas).name, "centre");
  EXPECT_EQ(zones.zone_of(ancol).name, city_zone);
  for (const auto point : {monas, ancol}) {
    const auto holds = [&](const Zone& zone) { return zone.contains(point); };
    EXPECT_EQ(std::ranges::count_if(zones.all(), holds), 1);
  }
}

}  // namespace
}  // namespace services::match
