#pragma once

#include "apps/nebengjek/settings.hpp"

namespace apps::nebengjek {

/// Creates what is missing of roles and schemas, and brings every schema up to date: first what all
/// share (outbox, positions, leases ...), then the service's own. Prints what was applied.
void migrate(const Settings& settings, const std::vector<Role>& roles);

}  // namespace apps::nebengjek
