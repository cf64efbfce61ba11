#pragma once

#include <cstdint>

#include <boost/describe/enum.hpp>

namespace domain {

enum class VehicleType : std::uint8_t { motorcycle, car, car_xl };
BOOST_DESCRIBE_ENUM(VehicleType, motorcycle, car, car_xl)

}  // namespace domain
