#pragma once

/// Looking back at rides: pages of them by who took part, what has happened to one, the stars that
/// were given. Read without a transaction; nothing is locked.

#include <optional>
#include <string>
#include <vector>

#include "contracts/operators.hpp"
#include "domain/ride/rating.hpp"
#include "platform/postgres/pool.hpp"
#include "services/binding/work.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {

inline constexpr int page_size_default = 20;

class Archive {
 public:
  Archive(binding::Work& work, platform::postgres::Pool& pool) : work_(work), pool_(pool) {}

  /// Newest request first, behind `question.cursor`, and at most one more than the page holds: that
  /// tells whether there is another.
  awaitable<std::vector<RideRecord>> search(const contracts::SearchRides& question);

  awaitable<std::vector<contracts::StoryEntry>> steps(domain::RideId id);
  awaitable<std::vector<contracts::LedgerEntry>> entries(const RideRecord& record);
  awaitable<std::vector<domain::ride::Rating>> ratings(domain::RideId id);

  /// Keeps a rating in this commit. The ride is locked.
  awaitable<void> add(const domain::ride::Rating& rating);

 private:
  binding::Work& work_;
  platform::postgres::Pool& pool_;
};

}  // namespace services::rides
