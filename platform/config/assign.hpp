#pragma once

#include "platform/config/document.hpp"
#include "platform/config/keys.hpp"

namespace platform::config {

/// Gives the text of an environment variable the type that its key has. What can't be read as that,
/// and what already has a type, stays as it is.
Value typed(const Value& value, const Target& target);

/// Sets the member if the value has its type and is within the limits; false, and nothing is
/// changed, if not. Lists are never set: their entries have paths of their own.
bool assign(const Value& value, const Target& target, const Limits& limits);

}  // namespace platform::config
