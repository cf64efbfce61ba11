#include "contracts/values.hpp"

#include <utility>

namespace contracts {

void check(const Place& place, base::json::Check& check) {
  check.field("latitude").that(place.point().latitude >= -90 && place.point().latitude <= 90,
                               "must be between -90 and 90");
  check.field("longitude").that(place.point().longitude >= -180 && place.point().longitude <= 180,
                                "must be between -180 and 180");
  check.field("latitude").that(place.latitude != 0 || place.longitude != 0,
                               "must not be (0, 0), which is what a phone without a fix reports");
  if (place.label) check.field("label").text(*place.label, 0, 120);
}

Place place_at(domain::geo::Point point, std::optional<std::string> label) {
  return {.latitude = point.latitude, .longitude = point.longitude, .label = std::move(label)};
}

}  // namespace contracts
