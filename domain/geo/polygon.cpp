#include "domain/geo/polygon.hpp"

#include <algorithm>
#include <cstddef>

#include "base/assert.hpp"

namespace domain::geo {
namespace {

using Corners = std::span<const Point>;

struct Side {
  Point from;
  Point to;
};

Side side(Corners corners, std::size_t i) {
  return {corners[i], corners[(i + 1) % corners.size()]};
}

/// Above zero where `point` lies to the left of the way from `a` to `b`, zero on the line.
double turn(Point a, Point b, Point point) {
  return (b.longitude - a.longitude) * (point.latitude - a.latitude) -
         (b.latitude - a.latitude) * (point.longitude - a.longitude);
}

int sign(double value) { return (value > 0) - (value < 0); }

bool lies_on(const Side& side, Point point) {
  const auto [south, north] = std::minmax(side.from.latitude, side.to.latitude);
  const auto [west, east] = std::minmax(side.from.longitude, side.to.longitude);
  return turn(side.from, side.to, point) == 0 && point.latitude >= south &&
         point.latitude <= north && point.longitude >= west && point.longitude <= east;
}

bool meet(const Side& a, const Side& b) {
  const bool apart = sign(turn(a.from, a.to, b.from)) != sign(turn(a.from, a.to, b.to));
  const bool across = sign(turn(b.from, b.to, a.from)) != sign(turn(b.from, b.to, a.to));
  return (apart && across) || lies_on(a, b.from) || lies_on(a, b.to) || lies_on(b, a.from) ||
         lies_on(b, a.to);
}

/// Neighbours share one corner; more than that is going back on one's own way.
bool fold_back(const Side& side, const Side& next) {
  return side.from == side.to || lies_on(side, next.to) || lies_on(next, side.from);
}

bool crosses_itself(Corners corners) {
  const auto size = corners.size();
  for (std::size_t i = 0; i < size; ++i) {
    if (fold_back(side(corners, i), side(corners, (i + 1) % size))) return true;
    for (std::size_t j = i + 2; j < size; ++j) {
      const bool neighbours = i == 0 && j + 1 == size;
      if (!neighbours && meet(side(corners, i), side(corners, j))) return true;
    }
  }
  return false;
}

/// Whether the side crosses the way from `point` to the east. A corner counts for the side above.
bool is_crossed_eastward(const Side& side, Point point) {
  const bool from_above = side.from.latitude > point.latitude;
  const bool to_above = side.to.latitude > point.latitude;
  if (from_above == to_above) return false;
  return (turn(side.from, side.to, point) > 0) == to_above;
}

}  // namespace

std::string_view sentence(PolygonFault fault) {
  switch (fault) {
    case PolygonFault::too_few_corners: return "must have at least three corners";
    case PolygonFault::bad_corner: return "must be places on earth";
    case PolygonFault::too_wide: return "must not cross the 180th meridian";
    case PolygonFault::crosses_itself: return "must not cross or touch itself";
  }
  NEBENGJEK_UNREACHABLE("a fault without a sentence");
}

std::optional<PolygonFault> fault_of(Corners corners) {
  if (corners.size() < 3) return PolygonFault::too_few_corners;
  if (!std::ranges::all_of(corners, is_plausible)) return PolygonFault::bad_corner;
  const auto box = box_of(corners);
  if (box.east - box.west > 180) return PolygonFault::too_wide;
  if (crosses_itself(corners)) return PolygonFault::crosses_itself;
  return {};
}

bool contains(Corners corners, Point point) {
  bool inside = false;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    if (lies_on(side(corners, i), point)) return true;
    if (is_crossed_eastward(side(corners, i), point)) inside = !inside;
  }
  return inside;
}

Box box_of(Corners corners) {
  NEBENGJEK_ASSERT(!corners.empty());
  const auto [south, north] = std::ranges::minmax(corners, {}, &Point::latitude);
  const auto [west, east] = std::ranges::minmax(corners, {}, &Point::longitude);
  return {south.latitude, west.longitude, north.latitude, east.longitude};
}

}  // namespace domain::geo
