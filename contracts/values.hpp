#pragma once

/// Small values that many payloads share.

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe/class.hpp>

#include "base/instant.hpp"
#include "base/json/json.hpp"
#include "base/money.hpp"
#include "domain/geo/point.hpp"
#include "domain/ids.hpp"
#include "domain/vehicle.hpp"

namespace contracts {

/// An answer without content.
struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

/// A place: WGS 84 degrees, with what people call it.
struct Place {
  double latitude = 0;
  double longitude = 0;
  std::optional<std::string> label;  ///< At most 120 characters.

  domain::geo::Point point() const { return {.latitude = latitude, .longitude = longitude}; }
};
BOOST_DESCRIBE_STRUCT(Place, (), (latitude, longitude, label))
void check(const Place& place, base::json::Check& check);

Place place_at(domain::geo::Point point, std::optional<std::string> label = {});

/// What a passenger sees of a driver, and nothing more.
struct DriverCard {
  domain::DriverId driver_id;
  std::string name;
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
  std::string vehicle;  ///< "Honda Vario, black"
  std::string plate;
  std::optional<double> rating;         ///< Mean of all stars; absent before the first.
  std::optional<std::int64_t> ratings;  ///< How many gave stars.
};
BOOST_DESCRIBE_STRUCT(DriverCard, (),
                      (driver_id, name, vehicle_type, vehicle, plate, rating, ratings))

/// Who is asking, for operations without arguments.
struct NoArguments {};
BOOST_DESCRIBE_STRUCT(NoArguments, (), ())

}  // namespace contracts
