#pragma once

/// Spreads leases over all who want a share: `<name>.0`, `<name>.1` ... each held by one owner,
/// each owner holding about as many as the others. Nobody is in charge: everybody looks at the same
/// table every now and then, takes what is free up to a fair share, and gives back what is beyond
/// it.

#include <chrono>
#include <string>
#include <vector>

#include "platform/postgres/pool.hpp"

namespace platform::bus {

class Shares {
 public:
  /// What is held lasts for `lasting` beyond each call of `seek`.
  Shares(postgres::Pool& pool, std::string name, unsigned count, std::string owner,
         std::chrono::milliseconds lasting);

  /// Prolongs, takes and lets go; says of each lease whether it is held now. What was held before
  /// and is not any more stays reserved until it is given back or has run out.
  awaitable<std::vector<bool>> seek();

  /// Locks these leases for the rest of the transaction and tells whether all are still held here.
  /// A false answer means: somebody else took over, roll back.
  awaitable<bool> still_holds(postgres::Session& session, const std::vector<unsigned>& numbers);

  /// Lets others have a lease that `seek` let go, once it is no longer used.
  awaitable<void> give_back(unsigned number);

  /// Gives back all, and wants none.
  awaitable<void> leave();

 private:
  postgres::Pool& pool_;
  const std::string name_;
  const std::string owner_;
  const std::chrono::milliseconds lasting_;
  std::vector<std::string> leases_;
  bool created_ = false;
};

}  // namespace platform::bus
