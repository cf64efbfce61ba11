#pragma once

/// Looks into the databases: what phones were promised against what is in the tables. Reads only.

#include <cstdint>
#include <string>
#include <vector>

#include "platform/postgres/pool.hpp"
#include "sim/journal.hpp"

namespace sim::chaos {

/// Counted over everything that was acknowledged with 2xx.
struct Found {
  std::int64_t acknowledged = 0;  ///< Effects that leave a trace in the tables.
  std::int64_t found = 0;
  std::vector<std::string> lost;
  std::vector<std::string> doubled;  ///< Made more often than it was asked for.
};

platform::awaitable<Found> look_for(platform::postgres::Pool& pool, const Journal& journal);

/// What must never be, whoever asked for it, as sentences: two accepted drivers of a request, two
/// rides of a driver at a time, a life that runs backwards, a charge too many or too few.
platform::awaitable<std::vector<std::string>> illegal_states(platform::postgres::Pool& pool);

/// What has not ended: rides and requests, slots that nobody needs, events on their way, not yet
/// applied, parked or dead. It is empty some time after the last fault.
platform::awaitable<std::vector<std::string>> unfinished_business(platform::postgres::Pool& pool);

}  // namespace sim::chaos
