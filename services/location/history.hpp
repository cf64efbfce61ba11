#pragma once

/// Every position that was kept, on its way into the partitioned table `locations`. While
/// PostgreSQL is away positions wait here, for so long and so many as the operator allows.

#include <deque>
#include <vector>

#include "services/binding/service.hpp"
#include "services/location/config.hpp"
#include "services/location/ports.hpp"

namespace services::location {

class History {
 public:
  /// The arguments outlive this.
  History(const binding::Environment& environment, const LocationConfig& config)
      : environment_(environment), config_(config) {}
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  void note(const Sighting& sighting);

  /// Writes what waits. Keeps what it could not write, and throws why. A commit whose outcome is
  /// unknown is written again: history may have a position twice.
  awaitable<void> flush();

  /// Creates the partitions of today and the days to come, drops those beyond retention, and with
  /// them the meters of trips that old; a few times a day.
  awaitable<void> keep_partitions();

 private:
  using Waiting = std::deque<Sighting>;

  awaitable<void> write(const Waiting& batch);
  Waiting take_batch();
  void put_back(Waiting batch);
  void drop_oldest();
  void count_waiting();

  binding::Environment environment_;
  const LocationConfig& config_;
  Waiting waiting_;
  std::size_t counted_ = 0;
  base::Instant partitions_due_;
};

}  // namespace services::location
