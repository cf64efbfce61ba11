#pragma once

/// Turns requests into accepted matches: see README.md.

#include <memory>

#include "services/binding/service.hpp"
#include "services/match/config.hpp"

namespace services::match {

/// Serves, reacts and dispatches from now on. The schema has been migrated.
std::unique_ptr<binding::Service> make_service(const binding::Environment& environment,
                                               MatchConfig config);

}  // namespace services::match
