#pragma once

/// Drivers' earnings on their way to the bank, and debts that drivers hand in.

#include <optional>
#include <vector>

#include "base/instant.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/money/order.hpp"
#include "domain/rejection.hpp"

namespace domain::money {

struct Payout {
  PayoutId id;
  DriverId driver_id;
  base::Money amount;
  OrderState state = OrderState::pending;
  std::optional<PayoutRunId> run_id = {};  ///< Absent when the driver asked for it.
  base::Instant requested_at;
  std::optional<base::Instant> decided_at = {};

  friend bool operator==(const Payout&, const Payout&) = default;
};

struct PayoutCommand {
  PayoutId id;
  std::optional<base::Money> amount;  ///< The whole balance where absent.
  std::optional<PayoutRunId> run_id = {};
};

/// The amount leaves the balance at once and comes back if the provider can't pay it out. Refuses
/// with nothing_to_pay_out a balance or an amount below `least`, with invalid_value another
/// currency, and with insufficient_funds more than there is.
Outcome<Payout> decide(DriverId driver, base::Money balance, base::Money least,
                       const PayoutCommand& command, base::Instant now);

Payout concluded(Payout payout, OrderState state, base::Instant now);
Order order_of(const Payout& payout);

std::vector<ledger::Transfer> transfers_of_beginning(const Payout& payout);
/// What comes back when it failed.
std::vector<ledger::Transfer> transfers_of_return(const Payout& payout);
/// All rows there must be of a payout that stands where `payout` does.
std::vector<ledger::Transfer> all_transfers_of(const Payout& payout);

/// Cash that a driver brought to an office, as staff counted it.
struct Settlement {
  SettlementId id;
  DriverId driver_id;
  base::Money amount;
  std::string staff;
  base::Instant received_at;

  friend bool operator==(const Settlement&, const Settlement&) = default;
};

std::vector<ledger::Transfer> transfers_of(const Settlement& settlement);

/// Whether a driver who stands at `balance`, with `fare` already in it, may take that fare in cash
/// and still owe no more than `floor`, an amount at or below zero, allows.
bool may_take_in_cash(base::Money balance, base::Money fare, base::Money floor);

}  // namespace domain::money
