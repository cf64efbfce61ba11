#pragma once

/// What location tells of one account, and what it forgets when the account is deleted.

#include <vector>

#include "services/binding/commands.hpp"
#include "services/binding/reactions.hpp"
#include "services/binding/service.hpp"

namespace services::location {

std::vector<binding::BoundCommand> account_commands();

/// Remembers whom to forget: a driver's month of positions is too much for one transaction.
std::vector<binding::BoundReaction> account_reactions();

/// Deletes, in small steps, the history of those who are to be forgotten. Any number of instances
/// may do so.
void start_forgetting(const binding::Environment& environment);

}  // namespace services::location
