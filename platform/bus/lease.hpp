#pragma once

/// A lease is a row with an owner, an end by the database's clock, and a fencing token that grows
/// with each change of owner. Whoever writes under a lease checks the token in the same commit.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "platform/postgres/pool.hpp"

namespace platform::bus {

struct Lease {
  std::string name;
  std::int64_t fencing_token = 0;
};

/// Takes or prolongs the lease `name` for `owner`; empty when another owner holds it.
awaitable<std::optional<Lease>> acquire_lease(postgres::Pool& pool, std::string name,
                                              std::string owner, std::chrono::milliseconds ttl);

/// Gives the lease back early, if it is still the owner's.
awaitable<void> release_lease(postgres::Pool& pool, std::string name, std::string owner);

/// Locks the lease's row for the rest of the transaction and tells whether the token is still the
/// newest. A false answer means: somebody else took over, roll back.
awaitable<bool> still_holds(postgres::Session& session, const Lease& lease);

}  // namespace platform::bus
