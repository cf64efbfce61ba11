#pragma once

/// Folds the events of all services into each user's document, and tells the user's sockets.

#include <memory>
#include <vector>

#include "platform/bus/consumer.hpp"
#include "services/binding/service.hpp"

namespace services::users::edge {

/// Starts a consumer for each producer whose events documents follow.
std::vector<std::unique_ptr<platform::bus::Consumer>> start_folding(
    const binding::Environment& environment);

}  // namespace services::users::edge
