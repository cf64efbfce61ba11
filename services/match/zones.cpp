#include "services/match/zones.hpp"

#include <algorithm>

#include "domain/geo/grid.hpp"

namespace services::match {

std::string zone_cell(domain::geo::Point point) {
  return domain::geo::cell_at(point, zone_cell_precision).text();
}

bool Zone::contains(domain::geo::Point point) const {
  const bool listed = std::ranges::find(cells, zone_cell(point)) != cells.end();
  return listed != everything_else;
}

Zones::Zones(const platform::config::Lists& named) {
  Zone city{.name = std::string{city_zone}, .cells = {}, .everything_else = true};
  for (const auto& [name, cells] : named) {
    zones_.push_back({.name = name, .cells = cells});
    city.cells.insert(city.cells.end(), cells.begin(), cells.end());
  }
  zones_.push_back(std::move(city));
}

const Zone& Zones::zone_of(domain::geo::Point point) const {
  return *std::ranges::find_if(zones_, [&](const Zone& zone) { return zone.contains(point); });
}

}  // namespace services::match
