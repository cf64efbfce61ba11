#pragma once

/// Holds what the backend answered at the end against what it had said on the way. Pure.

#include <string>
#include <vector>

#include "sim/city.hpp"

namespace sim {

/// Every broken promise is a sentence:
///
///   what was acknowledged is there: requests, rides, and each step of them
///   every request and every ride has ended
///   every completed ride is charged for, once, and as its receipt says
///   no driver and no passenger was on two rides at a time
std::vector<std::string> broken_promises(const Journal& journal, const Findings& findings);

}  // namespace sim
