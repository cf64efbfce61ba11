#pragma once

/// One shard of one producer's events as one consumer sees it: the consumer_positions row, whose
/// lock everything takes that applies, parks, retries, replays or drops its events. Two instances
/// that both believe to own a shard therefore do no harm; leases only keep them from trying.

#include <cstdint>
#include <string>

#include "platform/postgres/pool.hpp"

namespace platform::bus {

struct Source {
  std::string consumer;
  std::string producer;
  unsigned shard = 0;
};

/// Makes the row of each shard, at position 0, where it is missing.
awaitable<void> create_positions(postgres::Pool& pool, std::string consumer, std::string producer);

awaitable<std::int64_t> find_position(postgres::Pool& pool, const Source& source);

/// The position, locked for the rest of the transaction.
awaitable<std::int64_t> lock_position(postgres::Session& session, const Source& source);

awaitable<void> move_position(postgres::Session& session, const Source& source,
                              std::int64_t position);

}  // namespace platform::bus
