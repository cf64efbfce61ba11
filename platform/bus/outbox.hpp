#pragma once

/// The outbox table: what the relay does with it.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "platform/bus/lease.hpp"
#include "platform/bus/numbered.hpp"

namespace platform::bus::outbox {

/// One for each shard.
using Positions = std::array<std::int64_t, shard_count>;

struct Marks {
  Positions numbered{};   ///< The last position given.
  Positions published{};  ///< The last that the stream holds, as far as was noted.
};

awaitable<Marks> load_marks(postgres::Pool& pool);

/// Notes how far the stream holds the events; never takes back.
awaitable<void> store_published(postgres::Pool& pool, const Positions& published);

/// Whether committed rows wait for a position. Cheap enough to ask many times a second.
awaitable<bool> has_unnumbered(postgres::Pool& pool);

/// Another relay leads now.
struct Superseded : std::runtime_error {
  Superseded() : std::runtime_error("another relay leads") {}
};

/// Gives the next positions to at most `limit` rows, in one commit that `lease` fences, and sets
/// `numbered` to the last position of each shard, whoever gave it. Returns how many rows. Throws
/// Superseded.
awaitable<std::size_t> number_rows(postgres::Pool& pool, const Lease& lease, std::size_t limit,
                                   Positions& numbered);

/// At most `limit` rows beyond `published`, of each shard in order, the shards taking turns. Only
/// shards that are behind `numbered` are looked at.
awaitable<std::vector<Numbered>> unpublished(postgres::Pool& pool, const Marks& marks,
                                             std::size_t limit);

awaitable<std::vector<Numbered>> rows_after(postgres::Pool& pool, unsigned shard,
                                            std::int64_t after, std::size_t limit);

/// Deletes rows, and answers kept for idempotency, that are older than `keep`: at most `limit` of
/// each. Returns how many.
awaitable<std::size_t> delete_old(postgres::Pool& pool, std::chrono::hours keep, std::size_t limit);

}  // namespace platform::bus::outbox
