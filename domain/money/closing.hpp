#pragma once

/// The end of an account: what of its money must be settled first, and what becomes of the rest.

#include <vector>

#include "base/instant.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/rejection.hpp"

namespace domain::money {

/// What the books hold for somebody, as passenger and as driver, in one currency.
struct Holdings {
  base::Money wallet;          ///< Below zero: owed, such as for a cancellation.
  base::Money earnings;        ///< Below zero: fees owed after cash rides.
  bool order_pending = false;  ///< The payment provider has still to decide about some money.

  base::Money total() const { return wallet + earnings; }
};

/// Refuses with account_in_use what is owed, whatever the other account holds; with
/// payment_in_progress while money may still come or go; and with wallet_not_empty what there is,
/// unless its owner gives it up.
Outcome<void> check_may_close(const Holdings& holdings, bool gives_up);

/// What somebody left behind.
struct Closing {
  UserId user_id;
  base::Money wallet;    ///< Not below zero.
  base::Money earnings;  ///< Likewise.
  base::Instant closed_at;

  friend bool operator==(const Closing&, const Closing&) = default;
};

/// What is above zero goes; what is owed stays in the books.
Closing close(UserId user, const Holdings& holdings, base::Instant now);

/// All rows there must be of a closing: one for each account that held something.
std::vector<ledger::Transfer> transfers_of(const Closing& closing);

}  // namespace domain::money
