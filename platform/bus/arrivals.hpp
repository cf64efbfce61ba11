#pragma once

/// Events of one shard that have come and are not applied yet: in any order, some twice, some
/// missing. Puts them in order, and knows what to ask for. No I/O.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "platform/bus/numbered.hpp"

namespace platform::bus {

class Arrivals {
 public:
  /// `acknowledge_to` is empty for an event that was asked for.
  void add(Numbered numbered, std::string acknowledge_to);

  std::size_t size() const { return waiting_.size(); }
  void clear() { waiting_.clear(); }

  /// How many are missing between `position` and the first that is here; 0 when none is.
  std::int64_t missing_after(std::int64_t position) const;

  /// What follows `position` without a hole, at most `limit`. Stays here, and where it is, until it
  /// is dropped.
  std::vector<const Numbered*> run_after(std::int64_t position, std::size_t limit) const;

  /// Drops all up to `position`, and returns where these are acknowledged.
  std::vector<std::string> drop_through(std::int64_t position);

 private:
  struct Arrived {
    Numbered numbered;
    std::string acknowledge_to;
  };

  std::map<std::int64_t, Arrived> waiting_;
};

}  // namespace platform::bus
