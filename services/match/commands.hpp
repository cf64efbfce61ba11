#pragma once

/// What drives match.

#include <span>

#include "services/binding/commands.hpp"
#include "services/binding/reactions.hpp"
#include "services/match/history.hpp"
#include "services/match/use_cases.hpp"

namespace services::match {

/// What others ask of it.
std::span<const binding::Command<MatchUseCases>> commands();
std::span<const binding::Command<HistoryUseCases>> questions();

/// What happens elsewhere and concerns it.
std::span<const binding::Reaction<MatchUseCases>> reactions();

}  // namespace services::match
