#pragma once

/// Who is where: asked by other services alone.

#include <tuple>

#include "contracts/location.hpp"
#include "contracts/operation.hpp"

namespace contracts::operations {

using enum Method;
using enum domain::Rejection;

// clang-format off

inline constexpr Operation<FindDrivers, FoundDrivers> find_drivers{
    {"find_drivers",
     "Free drivers near a place, nearest first",
     get, "", "", Owner::location, "location.find_drivers", Role::service, 200, {}}};
inline constexpr Operation<WhereIs, LastPositions> where_is{
    {"where_is",
     "The last known positions of users",
     get, "", "", Owner::location, "location.where_is", Role::service, 200, {}}};
inline constexpr Operation<ReadMeter, TripMeters> read_meter{
    {"read_meter",
     "How far a trip has been metered",
     get, "", "", Owner::location, "location.read_meter", Role::service, 200, {}}};

// clang-format on

inline constexpr auto all_of_location = std::tuple{find_drivers, where_is, read_meter};

}  // namespace contracts::operations
