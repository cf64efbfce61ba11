#pragma once

/// Areas on the ground, as polygons over latitude and longitude taken as a plane: right for areas
/// of a city's size that cross neither a pole nor the 180th meridian.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "domain/geo/point.hpp"

namespace domain::geo {

enum class PolygonFault : std::uint8_t {
  too_few_corners,  ///< Fewer than three.
  bad_corner,       ///< Out of range, or (0, 0).
  too_wide,         ///< Over more than 180 degrees of longitude.
  crosses_itself,   ///< Two sides cross, touch or lie on each other, as on one line.
};

/// For people: "must have at least three corners".
std::string_view sentence(PolygonFault fault);

/// What is wrong with the polygon through `corners`, in either direction, the first not repeated;
/// empty for one that is sound. Compares each side with each other.
std::optional<PolygonFault> fault_of(std::span<const Point> corners);

/// Whether `point` lies in the sound polygon; its border belongs to it.
bool contains(std::span<const Point> corners, Point point);

/// The smallest box around them, for a first look. At least one corner.
struct Box {
  double south = 0;
  double west = 0;
  double north = 0;
  double east = 0;

  friend constexpr bool operator==(const Box&, const Box&) = default;
};
Box box_of(std::span<const Point> corners);

}  // namespace domain::geo
