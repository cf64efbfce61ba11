#pragma once

/// What match tells of one account, and what it forgets when the account is deleted.

#include <vector>

#include "services/binding/commands.hpp"
#include "services/binding/reactions.hpp"
#include "services/match/use_cases.hpp"

namespace services::match {

std::vector<binding::BoundCommand> account_commands();

/// A search that is still open ends, a driver goes off duty, and what tells who it was is gone: the
/// driver's card, the labels of places, and their exact coordinates.
std::vector<binding::BoundReaction> account_reactions(binding::MakeUseCases<MatchUseCases> make);

}  // namespace services::match
