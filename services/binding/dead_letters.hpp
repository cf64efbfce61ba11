#pragma once

/// What staff can do about the events that a service could not apply.

#include <vector>

#include "contracts/dead_letters.hpp"
#include "contracts/operation.hpp"
#include "platform/bus/dead_letters.hpp"
#include "platform/postgres/pool.hpp"
#include "services/binding/commands.hpp"

namespace services::binding {

/// As staff are shown it, without its payload.
contracts::DeadLetterView view_of(const platform::bus::DeadLetter& letter);

/// The commands of contracts/operations/dead_letters.hpp for one service, over its own schema.
std::vector<BoundCommand> dead_letter_commands(contracts::Owner owner,
                                               platform::postgres::Pool& pool);

}  // namespace services::binding
