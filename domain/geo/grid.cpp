#include "domain/geo/grid.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/assert.hpp"

namespace domain::geo {
namespace {

constexpr std::string_view base32 = "0123456789bcdefghjkmnpqrstuvwxyz";
constexpr int bits_per_character = 5;
constexpr int score_bits = 52;
constexpr double earth_radius_m = 6'371'008.8;
constexpr double degrees_per_radian = 180 / std::numbers::pi;

struct Spread {
  int shift;
  std::uint64_t mask;
};

/// Steps by which 32 neighbouring bits get a gap after each (Morton order).
constexpr std::array spreads{
    Spread{16, 0x0000'ffff'0000'ffff}, Spread{8, 0x00ff'00ff'00ff'00ff},
    Spread{4, 0x0f0f'0f0f'0f0f'0f0f},  Spread{2, 0x3333'3333'3333'3333},
    Spread{1, 0x5555'5555'5555'5555},
};

constexpr std::uint64_t with_gaps(std::uint64_t bits) {
  for (const auto& [shift, mask] : spreads) bits = (bits | bits << shift) & mask;
  return bits;
}

constexpr std::uint64_t without_gaps(std::uint64_t bits) {
  bits &= spreads.back().mask;
  for (std::size_t i = spreads.size(); i-- > 0;) {
    bits |= bits >> spreads[i].shift;
    bits &= i > 0 ? spreads[i - 1].mask : 0xffff'ffff;
  }
  return bits;
}

/// [low, high] degrees in 2^bits equal steps.
struct Axis {
  double low;
  double high;
  int bits;

  std::uint64_t steps() const { return std::uint64_t{1} << bits; }
  double start_of(std::uint64_t step) const {
    return low + (high - low) * (static_cast<double>(step) / static_cast<double>(steps()));
  }
  std::uint64_t step_of(double degrees) const {
    const double offset = (degrees - low) / (high - low) * static_cast<double>(steps());
    return static_cast<std::uint64_t>(std::clamp(offset, 0.0, static_cast<double>(steps() - 1)));
  }
};

/// Both axes; their bits alternate and the topmost is longitude's.
class Grid {
 public:
  Grid(int bits, double latitude_max)
      : columns{-180, 180, (bits + 1) / 2},
        rows{-latitude_max, latitude_max, bits / 2},
        column_shift_{bits % 2 == 0 ? 1 : 0} {}

  std::uint64_t join(std::uint64_t column, std::uint64_t row) const {
    return with_gaps(column) << column_shift_ | with_gaps(row) << (1 - column_shift_);
  }
  std::uint64_t at(Point point) const {
    return join(columns.step_of(point.longitude), rows.step_of(point.latitude));
  }
  std::uint64_t column_of(std::uint64_t bits) const { return without_gaps(bits >> column_shift_); }
  std::uint64_t row_of(std::uint64_t bits) const {
    return without_gaps(bits >> (1 - column_shift_));
  }
  Bounds bounds(std::uint64_t bits) const {
    const auto column = column_of(bits);
    const auto row = row_of(bits);
    return {.south_west = {rows.start_of(row), columns.start_of(column)},
            .north_east = {rows.start_of(row + 1), columns.start_of(column + 1)}};
  }

  Axis columns;
  Axis rows;

 private:
  int column_shift_;
};

Grid score_grid() { return {score_bits, score_latitude_max}; }

Grid cell_grid(int precision) {
  NEBENGJEK_ASSERT(precision >= 1 && precision <= Cell::precision_max);
  return {bits_per_character * precision, 90};
}

Point middle(const Bounds& bounds) {
  return {(bounds.south_west.latitude + bounds.north_east.latitude) / 2,
          (bounds.south_west.longitude + bounds.north_east.longitude) / 2};
}

/// To the nearest point of a piece of meridian: the foot of the perpendicular, or an end.
base::Metres distance_to_meridian(Point point, double longitude, double south, double north) {
  const double latitude = point.latitude / degrees_per_radian;
  const double turn = (longitude - point.longitude) / degrees_per_radian;
  const double foot =
      degrees_per_radian * std::atan2(std::sin(latitude), std::cos(latitude) * std::cos(turn));
  if (foot >= south && foot <= north) return distance(point, {foot, longitude});
  return std::min(distance(point, {south, longitude}), distance(point, {north, longitude}));
}

/// How far west and east of its middle a circle reaches; the whole globe when it holds a pole.
double longitude_reach_degrees(Point centre, double radius_degrees) {
  if (std::abs(centre.latitude) + radius_degrees >= 90) return 180;
  const double sine = std::sin(radius_degrees / degrees_per_radian) /
                      std::cos(centre.latitude / degrees_per_radian);
  return std::asin(std::min(sine, 1.0)) * degrees_per_radian;
}

/// Columns from the one `reach` west of `longitude` to the one `reach` east of it, across the
/// antimeridian, none twice.
std::vector<std::uint64_t> columns_around(const Axis& columns, double longitude, double reach) {
  const double per_degree = static_cast<double>(columns.steps()) / 360;
  const auto west = static_cast<std::int64_t>(std::floor((longitude - reach + 180) * per_degree));
  const auto east = static_cast<std::int64_t>(std::floor((longitude + reach + 180) * per_degree));
  const auto all = static_cast<std::int64_t>(columns.steps());
  std::vector<std::uint64_t> found;
  for (auto column = west; column <= std::min(east, west + all - 1); ++column) {
    found.push_back(static_cast<std::uint64_t>((column % all + all) % all));
  }
  return found;
}

}  // namespace

std::uint64_t score_of(Point point) { return score_grid().at(point); }

Point point_of(std::uint64_t score) { return middle(score_grid().bounds(score)); }

std::string Cell::text() const {
  std::string text(precision, ' ');
  for (std::size_t i = 0; i < precision; ++i) {
    text[precision - 1 - i] = base32[bits >> (bits_per_character * i) & 31];
  }
  return text;
}

Bounds Cell::bounds() const { return cell_grid(precision).bounds(bits); }

Point Cell::centre() const { return middle(bounds()); }

std::vector<Cell> Cell::neighbours() const {
  const auto grid = cell_grid(precision);
  const auto column = grid.columns.steps() + grid.column_of(bits);
  const auto row = grid.row_of(bits);
  std::vector<Cell> cells;
  for (const int north : {-1, 0, 1}) {
    if ((north < 0 && row == 0) || (north > 0 && row + 1 == grid.rows.steps())) continue;
    for (const int east : {-1, 0, 1}) {
      if (north == 0 && east == 0) continue;
      cells.push_back({grid.join((column + east) % grid.columns.steps(), row + north), precision});
    }
  }
  return cells;
}

std::optional<Cell> Cell::parse(std::string_view text) {
  if (text.empty() || text.size() > precision_max) return {};
  Cell cell{.bits = 0, .precision = static_cast<std::uint8_t>(text.size())};
  for (const char c : text) {
    const auto digit = base32.find(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    if (digit == std::string_view::npos) return {};
    cell.bits = cell.bits << bits_per_character | digit;
  }
  return cell;
}

Cell cell_at(Point point, int precision) {
  return {cell_grid(precision).at(point), static_cast<std::uint8_t>(precision)};
}

base::Metres distance_to(const Cell& cell, Point point) {
  const auto [south_west, north_east] = cell.bounds();
  const double south = south_west.latitude;
  const double north = north_east.latitude;
  if (point.longitude >= south_west.longitude && point.longitude <= north_east.longitude) {
    return distance(point, {std::clamp(point.latitude, south, north), point.longitude});
  }
  return std::min(distance_to_meridian(point, south_west.longitude, south, north),
                  distance_to_meridian(point, north_east.longitude, south, north));
}

std::vector<CellInReach> covering(Point centre, base::Metres radius, int precision) {
  const auto grid = cell_grid(precision);
  const double reach = radius.value / earth_radius_m * degrees_per_radian;
  const auto first_row = grid.rows.step_of(centre.latitude - reach);
  const auto last_row = grid.rows.step_of(centre.latitude + reach);
  std::vector<CellInReach> cells;
  for (const auto column :
       columns_around(grid.columns, centre.longitude, longitude_reach_degrees(centre, reach))) {
    for (auto row = first_row; row <= last_row; ++row) {
      const Cell cell{grid.join(column, row), static_cast<std::uint8_t>(precision)};
      const auto cell_distance = distance_to(cell, centre);
      if (cell_distance <= radius) cells.push_back({cell, cell_distance});
    }
  }
  std::ranges::sort(cells, {},
                    [](const CellInReach& near) { return std::pair{near.distance, near.cell}; });
  return cells;
}

}  // namespace domain::geo
