#include "services/location/live_map.hpp"

#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace services::location {
namespace {

using namespace std::chrono_literals;
using domain::VehicleType;
using tests::support::id_of;

constexpr auto noon = base::from_unix_ms(1'700'000'000'000);
constexpr domain::geo::Point monas{-6.1754, 106.8272};

domain::geo::Point north(double metres) {
  return {monas.latitude + metres / 111'195.08, monas.longitude};
}

/// What one phone of user 1 reports, received at noon and some time.
struct Report {
  double metres = 0;
  std::int64_t sequence = 1;
  base::Duration received{0};
  base::Duration behind{0};  ///< By how much the time of the fix is before that.
  double accuracy_m = 5;
};

Sighting sighting(const Report& report, std::optional<VehicleType> vehicle, std::uint8_t user = 1) {
  const auto received_at = noon + report.received;
  return {.user = id_of<domain::UserId>(user),
          .session = id_of<domain::SessionId>(user),
          .vehicle = vehicle,
          .position = {.point = north(report.metres),
                       .at = received_at - report.behind,
                       .sequence = report.sequence,
                       .accuracy = {report.accuracy_m},
                       .heading_degrees = 90},
          .received_at = received_at};
}

class LiveMapTest : public testing::Test {
 protected:
  LiveMap map{LocationConfig{}};

  Use reports(const Report& report) { return map.note(sighting(report, VehicleType::car)); }

  std::vector<contracts::FoundDriver> found(base::Duration later,
                                            VehicleType vehicle = VehicleType::car,
                                            double radius_m = 5'000) {
    return map
        .find_drivers({.latitude = monas.latitude,
                       .longitude = monas.longitude,
                       .radius_m = radius_m,
                       .vehicle_type = vehicle},
                      noon + later)
        .drivers;
  }
};

TEST_F(LiveMapTest, FindsADriverWhereHeWasSeenLast) {
  EXPECT_EQ(reports({.metres = 300, .sequence = 1}), Use::moved);
  EXPECT_EQ(reports({.metres = 310, .sequence = 2, .received = 1s, .behind = 200ms}), Use::moved);
  const auto drivers = found(2s);
  ASSERT_EQ(drivers.size(), 1U);
  EXPECT_EQ(drivers[0].driver_id, id_of<domain::UserId>(1));
  EXPECT_NEAR(drivers[0].metres, 310, 0.5);
  EXPECT_EQ(drivers[0].age_ms, 1'200);
  EXPECT_EQ(drivers[0].heading, 90);
  EXPECT_TRUE(found(2s, VehicleType::motorcycle).empty());
  EXPECT_TRUE(found(2s, VehicleType::car, 300).empty());
}

TEST_F(LiveMapTest, TellsWhatAPositionIsGoodFor) {
  struct Row {
    const char* what;
    Report report;
    Use use;
  };
  const Row rows[] = {
      {"plain", {.metres = 10}, Use::moved},
      {"replayed", {.metres = 10}, Use::replayed},
      {"late by a minute and more", {.sequence = 2, .received = 2s, .behind = 61s}, Use::kept},
      {"from the future", {.sequence = 3, .received = 4s, .behind = -31s}, Use::kept},
      {"a clock set back", {.sequence = 4, .received = 5s}, Use::kept},
      {"too inexact", {.sequence = 5, .received = 6s, .accuracy_m = 101}, Use::kept},
      {"faster than any car", {.metres = 100, .sequence = 6, .received = 7s}, Use::kept},
      {"faster than any flight", {.metres = 9'000, .sequence = 7, .received = 8s}, Use::impossible},
      {"as if that had not come", {.metres = 110, .sequence = 7, .received = 9s}, Use::moved},
      {"no sequence", {.metres = 110, .sequence = 0, .received = 9s}, Use::invalid},
  };
  for (const auto& [what, report, use] : rows) EXPECT_EQ(reports(report), use) << what;
}

TEST_F(LiveMapTest, TheSilentAreNotFound) {
  reports({});
  EXPECT_EQ(found(30s).size(), 1U);
  EXPECT_TRUE(found(30s + 1ms).empty());
  map.forget_silent(noon + 31s);
  EXPECT_FALSE(map.find_driver(id_of<domain::UserId>(1)));
}

TEST_F(LiveMapTest, WhoWasSilentCannotBePlayedBack) {
  reports({.sequence = 7});
  map.forget_silent(noon + 50s);
  EXPECT_EQ(reports({.sequence = 7, .received = 50s, .behind = 50s}), Use::replayed);
}

TEST_F(LiveMapTest, KnowsPassengersButDoesNotFindThem) {
  map.note(sighting({.metres = 50}, {}, 2));
  EXPECT_TRUE(found(1s).empty());
  const auto last =
      map.where_is({.user_ids = {id_of<domain::UserId>(2), id_of<domain::UserId>(3)}}, noon + 1s);
  ASSERT_EQ(last.positions.size(), 1U);
  EXPECT_EQ(last.positions[0].user_id, id_of<domain::UserId>(2));
  EXPECT_EQ(last.positions[0].age_ms, 1'000);
  EXPECT_EQ(last.positions[0].accuracy_m, 5);
  EXPECT_TRUE(map.where_is({.user_ids = {id_of<domain::UserId>(2)}}, noon + 31s).positions.empty());
}

TEST_F(LiveMapTest, AnotherVehicleIsAnotherPlaceToBeFound) {
  reports({.sequence = 1});
  map.note(sighting({.sequence = 2, .received = 1s}, VehicleType::motorcycle));
  EXPECT_TRUE(found(1s).empty());
  EXPECT_EQ(found(1s, VehicleType::motorcycle).size(), 1U);
}

TEST_F(LiveMapTest, WhatOthersSawCountsUntilTheDriverIsSeenHere) {
  const auto driver = id_of<domain::UserId>(1);
  map.seed(driver, {.point = north(500), .vehicle = VehicleType::car, .seen_at = noon - 20s});
  EXPECT_NEAR(found(0s).at(0).metres, 500, 0.5);
  EXPECT_TRUE(found(11s).empty());
  reports({.metres = 700});
  map.seed(driver, {.point = north(500), .vehicle = VehicleType::car, .seen_at = noon});
  EXPECT_NEAR(found(0s).at(0).metres, 700, 0.5);
}

}  // namespace
}  // namespace services::location
