#pragma once

/// Events that could not be applied, kept with all later events of their key until they can. The
/// functions that take a session are called under the lock of the source's position.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "platform/bus/numbered.hpp"
#include "platform/bus/source.hpp"

namespace platform::bus::parked {

using Keys = std::unordered_set<base::Uuid>;

/// Those of `keys` that have parked events.
awaitable<Keys> among(postgres::Session& session, const Source& source,
                      const std::vector<base::Uuid>& keys);

/// After its first failed attempt.
awaitable<void> park_failed(postgres::Session& session, const Source& source,
                            const Numbered& numbered, const std::string& reason,
                            std::chrono::milliseconds retry_in);

/// Behind a parked event of its key.
awaitable<void> park_behind(postgres::Session& session, const Source& source,
                            const Numbered& numbered);

struct Parked {
  Numbered numbered;
  int attempts = 0;
};

/// The event that is due for longest, if one is.
awaitable<std::optional<Parked>> find_due(postgres::Session& session, const Source& source);

/// Deletes the event and lets the next of its key try at once.
awaitable<void> finish(postgres::Session& session, const Source& source, const Numbered& numbered);

/// Notes another failed attempt.
awaitable<void> postpone(postgres::Session& session, const Source& source, const Parked& parked,
                         const std::string& reason, std::chrono::milliseconds retry_in);

/// Makes a dead letter of the event and lets the next of its key try at once.
awaitable<void> bury(postgres::Session& session, const Source& source, const Parked& parked,
                     const std::string& reason);

/// In how long the first event of each shard is due; those with none are missing.
awaitable<std::map<unsigned, std::chrono::milliseconds>> next_due(postgres::Pool& pool,
                                                                  std::string consumer,
                                                                  std::string producer);

}  // namespace platform::bus::parked
