#include "domain/geo/grid.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace domain::geo {
namespace {

Point any_point() {
  return {*rc::gen::inRange(-90'000'000, 90'000'001) / 1e6,
          *rc::gen::inRange(-180'000'000, 180'000'001) / 1e6};
}

bool holds(const Bounds& bounds, Point point) {
  return point.latitude >= bounds.south_west.latitude &&
         point.latitude < bounds.north_east.latitude &&
         point.longitude >= bounds.south_west.longitude &&
         point.longitude < bounds.north_east.longitude;
}

// The example of the documentation of GEOADD: Palermo and Catania.
TEST(Score, IsThatOfRedis) {
  EXPECT_EQ(score_of({38.115556, 13.361389}), 3479099956230698);
  EXPECT_EQ(score_of({37.502669, 15.087269}), 3479447370796909);
}

TEST(Score, StopsAtMercatorsEdge) {
  EXPECT_EQ(score_of({89, 10}), score_of({score_latitude_max, 10}));
  EXPECT_EQ(score_of({90, 180}), (std::uint64_t{1} << 52) - 1);
  EXPECT_EQ(score_of({-90, -180}), 0);
}

RC_GTEST_PROP(ScoreProperty, LeadsBackToThePlace, ()) {
  auto point = any_point();
  point.latitude *= 0.9;
  RC_ASSERT(distance(point, point_of(score_of(point))).value < 0.6);
  RC_ASSERT(score_of(point_of(score_of(point))) == score_of(point));
}

// Published examples of geohash.
TEST(Cell, HasTheTextOfEveryGeohashTool) {
  EXPECT_EQ(cell_at({57.64911, 10.40744}, 11).text(), "u4pruydqqvj");
  EXPECT_EQ(cell_at({42.605, -5.603}, 5).text(), "ezs42");
  EXPECT_EQ(cell_at({38.115556, 13.361389}, 10).text(), "sqc8b49rny");
  EXPECT_EQ(cell_at({-90, -180}, 3).text(), "000");
  EXPECT_EQ(cell_at({90, 180}, 3).text(), "zzz");
}

TEST(Cell, IsReadFromItsText) {
  EXPECT_EQ(Cell::parse("EZS42"), cell_at({42.605, -5.603}, 5));
  for (const auto* text : {"", "a", "ezs4i", "ezs42-", "ezs42ezs42ezs"}) {
    EXPECT_EQ(Cell::parse(text), std::nullopt) << text;
  }
}

TEST(Cell, HasItsSize) {
  const auto bounds = Cell::parse("ezs42")->bounds();
  EXPECT_NEAR(bounds.south_west.latitude, 42.583, 0.001);
  EXPECT_NEAR(bounds.north_east.latitude, 42.627, 0.001);
  EXPECT_NEAR(bounds.south_west.longitude, -5.625, 0.001);
  EXPECT_NEAR(bounds.north_east.longitude, -5.581, 0.001);
}

std::set<std::string> neighbour_texts(const char* text) {
  std::set<std::string> texts;
  for (const auto& cell : Cell::parse(text)->neighbours()) texts.insert(cell.text());
  return texts;
}

TEST(Cell, HasNeighbours) {
  using Texts = std::set<std::string>;
  EXPECT_EQ(neighbour_texts("dqcjq"),
            (Texts{"dqcjr", "dqcjw", "dqcjx", "dqcjt", "dqcjn", "dqcjm", "dqcjj", "dqcjp"}));
  EXPECT_EQ(neighbour_texts("b"), (Texts{"c", "9", "8", "z", "x"})) << "beside pole and date line";
}

RC_GTEST_PROP(CellProperty, HoldsItsPointAndLiesInItsParent, ()) {
  auto point = any_point();
  point.latitude *= 0.999;
  point.longitude *= 0.999;
  const int precision = *rc::gen::inRange(2, Cell::precision_max + 1);
  const auto cell = cell_at(point, precision);
  RC_ASSERT(holds(cell.bounds(), point));
  RC_ASSERT(Cell::parse(cell.text()) == cell);
  RC_ASSERT(cell_at(cell.centre(), precision) == cell);
  RC_ASSERT(cell.text().starts_with(cell_at(point, precision - 1).text()));
}

RC_GTEST_PROP(CellProperty, IsItsNeighboursNeighbour, ()) {
  const auto cell = cell_at(any_point(), *rc::gen::inRange(1, 9));
  const auto neighbours = cell.neighbours();
  RC_ASSERT(neighbours.size() == 8 || neighbours.size() == 5);
  RC_ASSERT(std::set(neighbours.begin(), neighbours.end()).size() == neighbours.size());
  for (const auto& neighbour : neighbours) {
    const auto back = neighbour.neighbours();
    RC_ASSERT(std::ranges::find(back, cell) != back.end());
  }
}

TEST(CellDistance, IsZeroInsideAndToTheEdgeOutside) {
  const auto cell = *Cell::parse("ezs42");
  const auto [south_west, north_east] = cell.bounds();
  EXPECT_EQ(distance_to(cell, cell.centre()).value, 0);
  EXPECT_NEAR(distance_to(cell, {north_east.latitude + 0.01, -5.6}).value, 1'111.95, 0.01);
  const Point beyond{south_west.latitude - 0.01, south_west.longitude - 0.01};
  EXPECT_NEAR(distance_to(cell, beyond).value, distance(beyond, south_west).value, 0.5);
}

RC_GTEST_PROP(CellDistanceProperty, IsAtMostTheDistanceToAnyPlaceInside, ()) {
  const auto cell = cell_at(any_point(), *rc::gen::inRange(1, 8));
  const auto [south_west, north_east] = cell.bounds();
  const double up = *rc::gen::inRange(0, 1001) / 1000.0;
  const double right = *rc::gen::inRange(0, 1001) / 1000.0;
  const Point inside{std::lerp(south_west.latitude, north_east.latitude, up),
                     std::lerp(south_west.longitude, north_east.longitude, right)};
  const auto from = any_point();
  RC_ASSERT(distance_to(cell, from).value <= distance(from, inside).value + 1e-3);
}

TEST(Covering, IsTheCellItselfForASmallCircle) {
  const auto cell = *Cell::parse("ezs42");
  const auto cells = covering(cell.centre(), {10}, 5);
  ASSERT_EQ(cells.size(), 1);
  EXPECT_EQ(cells[0].cell, cell);
}

TEST(Covering, OfTheWholeGlobeIsEveryCellOnce) {
  EXPECT_EQ(covering({10, 20}, {20'100'000}, 1).size(), 32);
  EXPECT_EQ(covering({10, 20}, {20'100'000}, 2).size(), 1'024);
}

TEST(Covering, ReachesAcrossTheDateLineAndThePole) {
  const auto touches = [](Point centre, double radius_m, Point place) {
    const auto cells = covering(centre, {radius_m}, 5);
    const auto is_there = [&](const auto& near) { return near.cell == cell_at(place, 5); };
    return std::ranges::any_of(cells, is_there);
  };
  EXPECT_TRUE(touches({-16.5, 179.99}, 5'000, {-16.5, -179.99}));
  EXPECT_TRUE(touches({-16.5, -179.99}, 5'000, {-16.5, 179.99}));
  EXPECT_TRUE(touches({89.999, 0}, 1'000, {89.999, 180}));
}

RC_GTEST_PROP(CoveringProperty, LeavesNoPlaceOut, ()) {
  auto centre = any_point();
  centre.latitude *= 0.95;
  const base::Metres radius{static_cast<double>(*rc::gen::inRange(1, 20'000))};
  const Point place{centre.latitude + *rc::gen::inRange(-180, 181) / 1000.0,
                    centre.longitude + *rc::gen::inRange(-180, 181) / 1000.0};
  RC_PRE(std::abs(place.latitude) <= 90 && std::abs(place.longitude) <= 180);
  const auto cells = covering(centre, radius, 5);
  const auto is_there = [&](const auto& near) { return near.cell == cell_at(place, 5); };
  if (distance(centre, place) <= radius) RC_ASSERT(std::ranges::any_of(cells, is_there));
  RC_ASSERT(std::ranges::is_sorted(cells, {}, &CellInReach::distance));
  std::set<Cell> distinct;
  for (const auto& near : cells) RC_ASSERT(distinct.insert(near.cell).second);
}

}  // namespace
}  // namespace domain::geo
