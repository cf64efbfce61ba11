#pragma once

#include <memory>

#include "services/binding/work.hpp"
#include "services/location/ports.hpp"

namespace services::location {

std::unique_ptr<TripStore> make_pg_trip_store(binding::Work& work);

}  // namespace services::location
