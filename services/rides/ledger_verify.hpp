#pragma once

/// Proves the seals on the books, and names every row that was changed, removed or slipped in.

#include <cstdint>
#include <string>
#include <vector>

#include "platform/postgres/pool.hpp"

namespace services::rides {

struct SealsReport {
  static constexpr std::size_t faults_max = 100;

  std::int64_t seals = 0;
  std::int64_t sealed = 0;    ///< Rows under a seal.
  std::int64_t unsealed = 0;  ///< Rows too young to have one.
  std::string hash;  ///< Of the last seal: to be compared with one that was kept elsewhere.
  std::vector<std::string> faults;  ///< Sentences, at most faults_max; none when all is proven.
};

/// In one snapshot. Rows older than `unsealed_for` must be under a seal.
platform::awaitable<SealsReport> verify_seals(platform::postgres::Pool& pool, base::Instant now,
                                              std::chrono::milliseconds unsealed_for);

}  // namespace services::rides
