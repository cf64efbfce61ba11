#pragma once

#include <chrono>
#include <memory>

#include "services/binding/service.hpp"
#include "services/match/ports.hpp"

namespace services::match {

/// Rides, asked over NATS.
std::unique_ptr<Rides> make_rides(const binding::Environment& environment,
                                  std::chrono::milliseconds timeout);

}  // namespace services::match
