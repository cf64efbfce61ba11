#include "domain/geo/polygon.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace domain::geo {
namespace {

using Corners = std::vector<Point>;

/// A U that is open to the north:   0 1   2 3
///                                  |  |__|  |
///                                  |________|
const Corners u{{2, 10}, {0, 10}, {0, 13}, {2, 13}, {2, 12}, {1, 12}, {1, 11}, {2, 11}};

Corners reversed(Corners corners) { return {corners.rbegin(), corners.rend()}; }

TEST(Polygon, IsSoundInEitherDirection) {
  EXPECT_EQ(fault_of(u), std::nullopt);
  EXPECT_EQ(fault_of(reversed(u)), std::nullopt);
  EXPECT_EQ(fault_of(Corners{{0, 1}, {0, 2}, {1, 1}}), std::nullopt);
}

TEST(Polygon, MayGoStraightOnAtACorner) {
  EXPECT_EQ(fault_of(Corners{{0, 1}, {0, 2}, {0, 3}, {1, 3}, {1, 1}}), std::nullopt);
}

TEST(Polygon, SaysWhatIsWrong) {
  EXPECT_EQ(fault_of(Corners{{0, 1}, {0, 2}}), PolygonFault::too_few_corners);
  EXPECT_EQ(fault_of(Corners{{0, 1}, {0, 2}, {91, 1}}), PolygonFault::bad_corner);
  EXPECT_EQ(fault_of(Corners{{0, 0}, {0, 2}, {1, 1}}), PolygonFault::bad_corner);
  EXPECT_EQ(fault_of(Corners{{0, -179}, {0, 179}, {1, 179}}), PolygonFault::too_wide);
  EXPECT_EQ(fault_of(Corners{{0, 1}, {0, 2}, {0, 3}}), PolygonFault::crosses_itself);
  EXPECT_EQ(fault_of(Corners{{0, 1}, {1, 2}, {0, 2}, {1, 1}}), PolygonFault::crosses_itself);
}

TEST(Polygon, MayNotTouchItselfNorGoBack) {
  const auto crosses = PolygonFault::crosses_itself;
  EXPECT_EQ(fault_of(Corners{{0, 1}, {0, 1}, {0, 3}, {1, 2}}), crosses);          // A corner twice.
  EXPECT_EQ(fault_of(Corners{{0, 1}, {0, 3}, {0, 2}, {1, 2}}), crosses);          // A fold.
  EXPECT_EQ(fault_of(Corners{{0, 1}, {0, 3}, {2, 3}, {0, 2}, {2, 1}}), crosses);  // A touch.
  EXPECT_EQ(fault_of(Corners{{0, 1}, {0, 4}, {1, 4}, {0, 3}, {0, 2}, {1, 1}}), crosses);
}

TEST(Polygon, ContainsWhatIsInside) {
  for (const auto& corners : {u, reversed(u)}) {
    EXPECT_TRUE(contains(corners, {0.5, 11.5}));
    EXPECT_TRUE(contains(corners, {1.5, 10.5}));
    EXPECT_TRUE(contains(corners, {1.5, 12.5}));
    EXPECT_FALSE(contains(corners, {1.5, 11.5}));  // Between the arms.
    EXPECT_FALSE(contains(corners, {0.5, 9}));
    EXPECT_FALSE(contains(corners, {0.5, 14}));
    EXPECT_FALSE(contains(corners, {3, 10.5}));
    EXPECT_FALSE(contains(corners, {2, 9}));  // At the height of corners.
    EXPECT_FALSE(contains(corners, {0, 9}));
  }
}

TEST(Polygon, ItsBorderBelongsToIt) {
  for (const auto& corner : u) EXPECT_TRUE(contains(u, corner));
  EXPECT_TRUE(contains(u, {0, 11.5}));
  EXPECT_TRUE(contains(u, {1, 11.5}));
  EXPECT_TRUE(contains(u, {1.5, 10}));
  EXPECT_FALSE(contains(u, {2, 11.5}));  // In line with two sides, on neither.
}

TEST(Polygon, HasABox) { EXPECT_EQ(box_of(u), (Box{0, 10, 2, 13})); }

/// On a grid of whole numbers all arithmetic is exact, and the U is known cell by cell.
RC_GTEST_PROP(PolygonProperty, AgreesWithTheGridThatItIsMadeOf, ()) {
  const auto quarter = [](int low, int high) {
    return *rc::gen::inRange(low * 4, high * 4 + 1) / 4.0;
  };
  const Point point{quarter(-1, 3), quarter(9, 14)};
  const auto within = [&](double south, double west, double north, double east) {
    return point.latitude >= south && point.latitude <= north && point.longitude >= west &&
           point.longitude <= east;
  };
  const bool expected = within(0, 10, 1, 13) || within(0, 10, 2, 11) || within(0, 12, 2, 13);
  RC_ASSERT(contains(u, point) == expected);
}

}  // namespace
}  // namespace domain::geo
