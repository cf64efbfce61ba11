#pragma once

/// Money at the end of an account: what keeps it open, and what its owner gives up.

#include "contracts/account.hpp"
#include "contracts/events.hpp"
#include "domain/money/closing.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {

class Closings {
 public:
  Closings(binding::Work& work, MoneyStore& money, Ledger& ledger, base::Currency currency)
      : work_(work), money_(money), ledger_(ledger), currency_(currency) {}

  awaitable<domain::Outcome<contracts::AccountUse>> use(binding::Caller caller,
                                                        contracts::AskAccountUse question);

  /// Moves what there is to the platform, if that was the owner's wish. Told twice is told once.
  awaitable<void> close(const contracts::UserDeleted& deleted);

 private:
  awaitable<bool> has_open_ride(domain::UserId user);
  awaitable<domain::money::Holdings> holdings_of(domain::UserId user);

  binding::Work& work_;
  MoneyStore& money_;
  Ledger& ledger_;
  base::Currency currency_;
};

}  // namespace services::rides
