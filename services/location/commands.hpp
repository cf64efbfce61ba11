#pragma once

/// What drives location, besides the positions.

#include <span>

#include "services/binding/commands.hpp"
#include "services/binding/reactions.hpp"
#include "services/location/use_cases.hpp"

namespace services::location {

/// What others ask of it.
std::span<const binding::Command<LocationUseCases>> commands();

/// What happens elsewhere and concerns it.
std::span<const binding::Reaction<LocationUseCases>> reactions();

}  // namespace services::location
