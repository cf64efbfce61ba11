#pragma once

/// The chaos run: a city lives on a backend that is broken again and again, and at the end
/// everything that anybody was told must be true.

#include <functional>
#include <string>
#include <vector>

#include "platform/postgres/pool.hpp"
#include "sim/chaos/ground.hpp"
#include "sim/chaos/report.hpp"

namespace sim::chaos {

struct ChaosPlan {
  CityPlan city;
  int faults = 20;
  std::uint64_t seed = 1;
};

/// What the tables are read with.
struct Evidence {
  platform::postgres::PoolConfig database;  ///< May read all schemas.
  platform::postgres::PoolConfig books;     ///< May read the ledger's.
  /// Proves the books from their tables; sentences about what is wrong. Throws as the pool does.
  std::function<awaitable<std::vector<std::string>>(platform::postgres::Pool&)> check_books;
};

awaitable<ChaosReport> break_and_check(platform::runtime::Runtime& runtime, const ChaosPlan& plan,
                                       Ground& ground, const Evidence& evidence);

}  // namespace sim::chaos
