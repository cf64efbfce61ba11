#include "domain/geo/point.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace domain::geo {
namespace {

constexpr Point monas{-6.175392, 106.827153};
constexpr Point kota{-6.137645, 106.814570};

Point any_point() {
  return {*rc::gen::inRange(-90'000, 90'001) / 1000.0,
          *rc::gen::inRange(-180'000, 180'001) / 1000.0};
}

TEST(Point, IsPlausibleInRange) {
  EXPECT_TRUE(is_plausible(monas));
  EXPECT_TRUE(is_plausible({90, 180}));
  EXPECT_TRUE(is_plausible({-90, -180}));
  EXPECT_TRUE(is_plausible({0, 0.001}));
  EXPECT_FALSE(is_plausible({0, 0}));
  EXPECT_FALSE(is_plausible({90.001, 0}));
  EXPECT_FALSE(is_plausible({0, -180.001}));
  EXPECT_FALSE(is_plausible({std::numeric_limits<double>::quiet_NaN(), 1}));
  EXPECT_FALSE(is_plausible({1, std::numeric_limits<double>::infinity()}));
}

TEST(Distance, OfADegreeAndOfHalfTheGlobe) {
  EXPECT_NEAR(distance({0, 10}, {1, 10}).value, 111'195.08, 0.01);
  EXPECT_NEAR(distance({0, 10}, {0, 11}).value, 111'195.08, 0.01);
  EXPECT_NEAR(distance({60, 10}, {60, 11}).value, 55'595.4, 5);
  EXPECT_NEAR(distance({0, 0}, {0, 180}).value, 20'015'114.4, 1);
  EXPECT_NEAR(distance({90, 0}, {-90, 0}).value, 20'015'114.4, 1);
  EXPECT_NEAR(distance({0, 179.9}, {0, -179.9}).value, 22'239, 1);
}

TEST(Distance, AcrossTown) { EXPECT_NEAR(distance(monas, kota).value, 4'421, 5); }

TEST(Bearing, ToTheFourWinds) {
  EXPECT_NEAR(bearing_degrees({0, 10}, {1, 10}), 0, 1e-9);
  EXPECT_NEAR(bearing_degrees({0, 10}, {0, 11}), 90, 1e-9);
  EXPECT_NEAR(bearing_degrees({0, 10}, {-1, 10}), 180, 1e-9);
  EXPECT_NEAR(bearing_degrees({0, 10}, {0, 9}), 270, 1e-9);
}

RC_GTEST_PROP(DistanceProperty, IsSymmetricAndNoDetourIsShorter, ()) {
  const auto a = any_point();
  const auto b = any_point();
  const auto c = any_point();
  RC_ASSERT(distance(a, a).value == 0);
  RC_ASSERT(distance(a, b) == distance(b, a));
  RC_ASSERT(distance(a, c).value <= distance(a, b).value + distance(b, c).value + 1e-3);
}

RC_GTEST_PROP(BearingProperty, IsAnAngle, ()) {
  const double bearing = bearing_degrees(any_point(), any_point());
  RC_ASSERT(bearing >= 0 && bearing < 360);
}

RC_GTEST_PROP(RoundingProperty, MovesLittleAndForgetsTheRest, ()) {
  auto point = any_point();
  point.latitude *= 0.9;
  const auto rounded = rounded_to_100_m(point);
  RC_ASSERT(distance(point, rounded).value < 75);
  RC_ASSERT(distance(rounded, rounded_to_100_m(rounded)).value < 0.001);
}

TEST(Rounding, GivesNeighboursTheSamePoint) {
  const Point here{-6.175400, 106.827200};
  const Point there{-6.175410, 106.827210};
  EXPECT_EQ(rounded_to_100_m(here), rounded_to_100_m(there));
}

}  // namespace
}  // namespace domain::geo
