#pragma once

/// Where dispatch is divided. A zone is a named list of geohash cells of five characters (about
/// 5 x 5 km); whatever belongs to no named zone is the zone "city", which is all there is unless
/// the operator names others. So every pickup lies in exactly one zone, whatever is configured.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/geo/point.hpp"
#include "platform/config/keys.hpp"

namespace services::match {

inline constexpr int zone_cell_precision = 5;
inline constexpr std::string_view city_zone = "city";

/// The text of the cell that holds `point`.
std::string zone_cell(domain::geo::Point point);

struct Zone {
  std::string name;
  std::vector<std::string> cells;
  bool everything_else = false;  ///< Consists of all cells but these.

  bool contains(domain::geo::Point point) const;
};

class Zones {
 public:
  /// The cells of each zone by its name. No cell is in two.
  explicit Zones(const platform::config::Lists& named);

  /// The city comes last.
  std::span<const Zone> all() const { return zones_; }
  const Zone& zone_of(domain::geo::Point point) const;
  const Zone& city() const { return zones_.back(); }

 private:
  std::vector<Zone> zones_;
};

}  // namespace services::match
