#pragma once

/// What an administrator does to a server before the services come. Blocks.

#include <string>

#include "platform/postgres/pool.hpp"

namespace platform::postgres {

/// Whether a server at this address would take connections now; says nothing about credentials.
bool answers(const PoolConfig& config);

/// Creates `database` if it is missing, connecting to `administrator.database`.
void create_database(const PoolConfig& administrator, const std::string& database);

/// Creates, as administrator, the role (with the password) and schema of a service if missing. The
/// role owns its schema and can use no other.
void create_schema(const PoolConfig& administrator, const std::string& schema,
                   const std::string& role, const std::string& password);

/// Removes both, with all that is in the schema.
void drop_schema(const PoolConfig& administrator, const std::string& schema,
                 const std::string& role);

}  // namespace platform::postgres
