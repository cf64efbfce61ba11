#pragma once

/// What rides tells of one account, and what it forgets when the account is deleted.

#include <vector>

#include "services/binding/commands.hpp"
#include "services/binding/reactions.hpp"
#include "services/rides/closings.hpp"

namespace services::rides {

std::vector<binding::BoundCommand> account_commands(binding::MakeUseCases<Closings> make_closings);

/// What tells who it was is gone: the driver's card, the labels of places, and their exact
/// coordinates. Fares and the books stay as they are, under an id that stands for nobody; what the
/// owner gave up is the platform's.
std::vector<binding::BoundReaction> account_reactions(
    binding::MakeUseCases<Closings> make_closings);

}  // namespace services::rides
