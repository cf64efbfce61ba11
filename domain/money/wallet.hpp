#pragma once

/// A passenger's wallet: filled through the provider, spent on rides.

#include <optional>
#include <vector>

#include "base/instant.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/money/order.hpp"
#include "domain/rejection.hpp"

namespace domain::money {

struct TopUp {
  TopUpId id;
  PassengerId passenger_id;
  base::Money amount;
  OrderState state = OrderState::pending;
  base::Instant requested_at;
  std::optional<base::Instant> decided_at = {};

  friend bool operator==(const TopUp&, const TopUp&) = default;
};

struct TopUpRules {
  base::Money least;
  base::Money most;
};

/// Refuses with invalid_value what is outside the rules or of another currency.
Outcome<TopUp> request(TopUp top_up, const TopUpRules& rules);

TopUp concluded(TopUp top_up, OrderState state, base::Instant now);
Order order_of(const TopUp& top_up);
/// All rows there must be of a top-up that stands where `top_up` does.
std::vector<ledger::Transfer> transfers_of(const TopUp& top_up);

/// What a wallet can pay with. The books take a fare out when it is final, whoever pays it later
/// and how; so the fares of rides that nobody has paid yet are not spent.
base::Money spendable(base::Money balance, base::Money unpaid_fares);

}  // namespace domain::money
