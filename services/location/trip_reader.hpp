#pragma once

/// Reads the trails of drivers into the meters of their trips. What counts is the row: this keeps
/// nothing that a crash could lose but fixes, and those the phones keep until they are told.

#include <functional>

#include "services/location/pg_store.hpp"
#include "services/location/shards.hpp"

namespace services::location {

class TripReader {
 public:
  /// `after_commit` wakes the relay. The arguments outlive the reader.
  TripReader(const binding::Environment& environment, const LocationConfig& config,
             const Trails& trails, ShardLeases& shards, std::function<void()> after_commit);
  ~TripReader();
  TripReader(const TripReader&) = delete;
  TripReader& operator=(const TripReader&) = delete;

  /// Reads on in these trips, which are all the open ones of the shards that are held: saves what
  /// has changed, announces what is final, and signals the rest.
  awaitable<void> read(const std::vector<Trip>& trips);

 private:
  awaitable<void> save(std::vector<Trip> trips);
  void count_open(std::size_t trips);

  binding::Environment environment_;
  ReadingRules rules_;
  const Trails& trails_;
  ShardLeases& shards_;
  std::function<void()> after_commit_;
  std::size_t open_ = 0;
};

}  // namespace services::location
