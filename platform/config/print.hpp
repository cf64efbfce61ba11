#pragma once

/// Configuration as TOML that `load` reads back, but for the secrets.

#include <string>

#include "platform/config/keys.hpp"

namespace platform::config {

/// Every key with what it is for, its limits, its environment variable and its present value: with
/// fresh configs, the reference of all defaults.
std::string reference(const Keys& keys);

/// The present values alone; of a secret only whether it is set.
std::string print(const Keys& keys);

}  // namespace platform::config
