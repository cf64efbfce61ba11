#pragma once

#include "base/metres.hpp"

namespace domain::geo {

/// WGS 84 degrees. Valid: latitude in [-90, 90], longitude in [-180, 180].
struct Point {
  double latitude = 0;
  double longitude = 0;

  friend constexpr bool operator==(Point, Point) = default;
};

/// In range, and not (0, 0), which is what phones without a fix report.
bool is_plausible(Point point);

/// Great-circle distance by the haversine formula on the mean earth radius of 6,371,008.8 m (IUGG).
base::Metres distance(Point a, Point b);

/// Initial bearing from `from` to `to`, degrees clockwise from north in [0, 360).
double bearing_degrees(Point from, Point to);

/// The point on a 100 m lattice nearest to `point`: what strangers may see of a position.
Point rounded_to_100_m(Point point);

}  // namespace domain::geo
