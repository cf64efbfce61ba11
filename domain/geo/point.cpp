#include "domain/geo/point.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace domain::geo {
namespace {

constexpr double earth_radius_m = 6'371'008.8;
constexpr double radians_per_degree = std::numbers::pi / 180;
constexpr double lattice_degrees = 100 / (earth_radius_m * radians_per_degree);

double rounded_to(double value, double step) { return std::round(value / step) * step; }

}  // namespace

bool is_plausible(Point point) {
  const bool in_range = std::abs(point.latitude) <= 90 && std::abs(point.longitude) <= 180;
  return in_range && point != Point{};
}

base::Metres distance(Point a, Point b) {
  const double latitude_a = a.latitude * radians_per_degree;
  const double latitude_b = b.latitude * radians_per_degree;
  const double north = std::sin((latitude_b - latitude_a) / 2);
  const double east = std::sin((b.longitude - a.longitude) * radians_per_degree / 2);
  const double haversine =
      north * north + std::cos(latitude_a) * std::cos(latitude_b) * east * east;
  return {2 * earth_radius_m * std::asin(std::sqrt(std::min(haversine, 1.0)))};
}

double bearing_degrees(Point from, Point to) {
  const double latitude_from = from.latitude * radians_per_degree;
  const double latitude_to = to.latitude * radians_per_degree;
  const double turn = (to.longitude - from.longitude) * radians_per_degree;
  const double east = std::sin(turn) * std::cos(latitude_to);
  const double north = std::cos(latitude_from) * std::sin(latitude_to) -
                       std::sin(latitude_from) * std::cos(latitude_to) * std::cos(turn);
  const double degrees = std::atan2(east, north) / radians_per_degree;
  // A tiny negative angle plus 360 is 360 itself in floating point.
  return std::fmod(degrees + 360, 360.0);
}

Point rounded_to_100_m(Point point) {
  const double latitude = std::clamp(rounded_to(point.latitude, lattice_degrees), -90.0, 90.0);
  const double shrink = std::max(std::cos(latitude * radians_per_degree), lattice_degrees);
  const double longitude = rounded_to(point.longitude, lattice_degrees / shrink);
  return {latitude, std::clamp(longitude, -180.0, 180.0)};
}

}  // namespace domain::geo
