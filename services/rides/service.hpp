#pragma once

#include <memory>

#include "services/binding/service.hpp"
#include "services/rides/config.hpp"

namespace services::rides {

/// Starts the service on the environment's thread.
std::unique_ptr<binding::Service> make_service(const binding::Environment& environment,
                                               RidesConfig config);

}  // namespace services::rides
