#pragma once

/// The grid on which points are stored and found: geohash. Halving longitude and latitude in turn
/// gives one bit each, longitude first; five bits make one character. A longer text is a smaller
/// cell inside the shorter one.
///
/// Cells are standard geohashes over the whole globe, as any geohash tool writes them: of precision
/// 5 they measure 4.9 x 4.9 km at the equator, of precision 6 1.2 x 0.6 km, of precision 7
/// 153 x 153 m. The score is Redis's: the same bits, 26 per axis, but with latitude cut to Web
/// Mercator's range, so that it equals what GEOADD stores.

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/metres.hpp"
#include "domain/geo/point.hpp"

namespace domain::geo {

/// The northernmost and (negated) southernmost latitude that a score can tell.
inline constexpr double score_latitude_max = 85.05112878;

/// The 52-bit score that Redis's GEOADD gives `point`. Latitudes beyond the range are cut to it.
std::uint64_t score_of(Point point);

/// The middle of the square (below 0.6 m across) that shares `score`.
Point point_of(std::uint64_t score);

/// South-west corner included, north-east corner excluded.
struct Bounds {
  Point south_west;
  Point north_east;

  friend constexpr bool operator==(const Bounds&, const Bounds&) = default;
};

struct Cell {
  static constexpr int precision_max = 12;

  /// The lowest 5 x precision bits are the path from the whole globe down to this cell.
  std::uint64_t bits = 0;
  /// Characters of its text, 1 to precision_max.
  std::uint8_t precision = 0;

  friend constexpr auto operator<=>(const Cell&, const Cell&) = default;

  /// "qqguw", lower case.
  std::string text() const;
  Bounds bounds() const;
  Point centre() const;

  /// The up to eight cells around this one, none twice: across the antimeridian there are
  /// neighbours, beyond the poles there are none.
  std::vector<Cell> neighbours() const;

  /// Reads a geohash of 1 to precision_max characters in either case; empty on anything else.
  static std::optional<Cell> parse(std::string_view text);
};

/// The cell of `precision` characters (1 to Cell::precision_max) that holds `point`.
Cell cell_at(Point point, int precision);

/// The distance from `point` to the nearest place in `cell`, its edges included; zero inside.
base::Metres distance_to(const Cell& cell, Point point);

/// A cell that a circle touches, and how far from the middle it begins.
struct CellInReach {
  Cell cell;
  base::Metres distance;
};

/// Every cell of `precision` that the circle touches, nearest first. Their number grows with the
/// square of radius over cell size: choose the precision for the radius.
std::vector<CellInReach> covering(Point centre, base::Metres radius, int precision);

}  // namespace domain::geo

template <>
struct std::hash<domain::geo::Cell> {
  std::size_t operator()(const domain::geo::Cell& cell) const noexcept {
    return std::hash<std::uint64_t>{}(cell.bits << 4 | cell.precision);
  }
};
