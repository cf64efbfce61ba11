#pragma once

#include "services/binding/service.hpp"

namespace services::users::accounts {

/// Forgets, every ten minutes and in small steps, the codes that no limit looks back at any more.
/// Any number of instances may do so.
void start_housekeeping(const binding::Environment& environment);

}  // namespace services::users::accounts
