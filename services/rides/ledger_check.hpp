#pragma once

/// Proves the books from the tables alone, in one snapshot, a page at a time:
///
///   every row is sound: an amount above zero, between two accounts of its kind
///   every currency sums to zero, and every balance is what replaying all rows gives
///   every ride, payment, refund, top-up, payout, settlement and closing has exactly its rows, and
///   there is no row besides
///
/// Slow on purpose: for tests, and for an operator who wants to be sure.

#include <cstdint>
#include <string>
#include <vector>

#include "platform/postgres/pool.hpp"

namespace services::rides {

struct BooksReport {
  static constexpr std::size_t faults_max = 100;

  std::int64_t rides = 0;
  std::int64_t entries = 0;
  std::vector<std::string> faults;  ///< Sentences, at most faults_max; none when all is proven.
};

platform::awaitable<BooksReport> check_books(platform::postgres::Pool& pool);

}  // namespace services::rides
