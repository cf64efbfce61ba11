#pragma once

#include <span>
#include <string>
#include <vector>

#include "platform/postgres/administration.hpp"  // IWYU pragma: export
#include "platform/postgres/migration.hpp"
#include "platform/postgres/pool.hpp"

namespace platform::postgres {

/// Applies the steps that `config.schema` does not have yet, in order, under an advisory lock so
/// that any number of processes may do so at once. Each step is one transaction. Returns the names
/// applied. Throws StatementFailed when a step that was applied has changed since, and Unavailable.
/// Connects as `config.user`, who must be the schema's owner. Blocks: for start-up, not for
/// serving.
std::vector<std::string> migrate(const PoolConfig& config, std::span<const Migration> steps);

}  // namespace platform::postgres
