#pragma once

#include <span>
#include <string>
#include <vector>

#include "platform/postgres/migration.hpp"
#include "platform/postgres/pool.hpp"

namespace platform::postgres {

/// Applies the steps that `config.schema` does not have yet, in order, under an advisory lock so
/// that any number of processes may do so at once. Each step is one transaction. Returns the names
/// applied. Throws StatementFailed when a step that was applied has changed since, and Unavailable.
/// Connects as `config.user`, who must be the schema's owner. Blocks: for start-up, not for serving.
std::vector<std::string> migrate(const PoolConfig& config, std::span<const Migration> steps);

/// Creates, as administrator, the role (with the password) and schema of a service if missing. The
/// role owns its schema and can use no other.
void create_schema(const PoolConfig& administrator, const std::string& schema,
                   const std::string& role, const std::string& password);

}  // namespace platform::postgres
