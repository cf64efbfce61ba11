#include "domain/geo/spatial_index.hpp"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace domain::geo {
namespace {

using Index = SpatialIndex<int, bool>;
constexpr auto any = [](const auto&) { return true; };

std::vector<int> ids(const std::vector<Index::Hit>& hits) {
  std::vector<int> found;
  for (const auto& hit : hits) found.push_back(hit.entry.id);
  return found;
}

TEST(SpatialIndex, FindsTheNearestFirst) {
  Index index;
  index.upsert(1, {-6.200, 106.80}, true);
  index.upsert(2, {-6.201, 106.80}, true);
  index.upsert(3, {-6.210, 106.80}, true);
  index.upsert(4, {-6.300, 106.80}, true);
  EXPECT_EQ(ids(index.nearest({-6.2, 106.8}, {2'000}, 10, any)), (std::vector{1, 2, 3}));
  EXPECT_EQ(ids(index.nearest({-6.2, 106.8}, {2'000}, 2, any)), (std::vector{1, 2}));
  EXPECT_EQ(ids(index.nearest({-6.2, 106.8}, {2'000}, 0, any)), (std::vector<int>{}));
  EXPECT_NEAR(index.nearest({-6.2, 106.8}, {2'000}, 2, any)[1].distance.value, 111.2, 0.1);
}

TEST(SpatialIndex, KeepsOnePlacePerId) {
  Index index;
  index.upsert(1, {-6.2, 106.8}, true);
  index.upsert(1, {-6.9, 107.6}, false);
  EXPECT_EQ(index.size(), 1);
  EXPECT_EQ(ids(index.nearest({-6.2, 106.8}, {5'000}, 10, any)), (std::vector<int>{}));
  EXPECT_EQ(ids(index.nearest({-6.9, 107.6}, {5'000}, 10, any)), (std::vector{1}));
  ASSERT_NE(index.find(1), nullptr);
  EXPECT_FALSE(index.find(1)->payload);
  index.remove(1);
  index.remove(1);
  EXPECT_EQ(index.size(), 0);
  EXPECT_EQ(index.find(1), nullptr);
}

/// Points in a city that straddles the date line, in order to meet every edge at once.
Point any_point() {
  const double east = *rc::gen::inRange(-60, 61) / 1000.0;
  return {*rc::gen::inRange(-60, 61) / 1000.0, east < 0 ? 180 + east : -180 + east};
}

std::vector<int> nearest_by_hand(const std::map<int, std::pair<Point, bool>>& points, Point centre,
                                 base::Metres radius, std::size_t limit) {
  std::vector<std::pair<base::Metres, int>> found;
  for (const auto& [id, place] : points) {
    const auto away = distance(centre, place.first);
    if (place.second && away <= radius) found.emplace_back(away, id);
  }
  std::ranges::sort(found);
  std::vector<int> nearest;
  for (const auto& [away, id] : found) {
    if (nearest.size() < limit) nearest.push_back(id);
  }
  return nearest;
}

RC_GTEST_PROP(SpatialIndexProperty, EqualsASearchByHand, ()) {
  Index index{*rc::gen::inRange(4, 8)};
  std::map<int, std::pair<Point, bool>> points;
  for (int changes = *rc::gen::inRange(0, 200); changes > 0; --changes) {
    const int id = *rc::gen::inRange(0, 50);
    if (*rc::gen::inRange(0, 4) == 0) {
      index.remove(id);
      points.erase(id);
      continue;
    }
    const auto point = any_point();
    const bool wanted = *rc::gen::arbitrary<bool>();
    index.upsert(id, point, wanted);
    points[id] = {point, wanted};
  }
  const auto centre = any_point();
  const base::Metres radius{static_cast<double>(*rc::gen::inRange(0, 8'000))};
  const auto limit = *rc::gen::inRange<std::size_t>(0, 20);
  const auto hits =
      index.nearest(centre, radius, limit, [](const auto& entry) { return entry.payload; });
  RC_ASSERT(ids(hits) == nearest_by_hand(points, centre, radius, limit));
  RC_ASSERT(index.size() == points.size());
  std::size_t visited = 0;
  index.for_each([&](const auto&) { ++visited; });
  RC_ASSERT(visited == points.size());
}

}  // namespace
}  // namespace domain::geo
