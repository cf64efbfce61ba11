#pragma once

/// Keeps who is where, and measures trips: see README.md.

#include <memory>

#include "services/binding/service.hpp"
#include "services/location/config.hpp"

namespace services::location {

/// Follows all positions, serves, reacts and writes from now on. The schema has been migrated.
std::unique_ptr<binding::Service> make_service(const binding::Environment& environment,
                                               LocationConfig config);

}  // namespace services::location
