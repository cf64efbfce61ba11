#include "domain/money/closing.hpp"

#include <algorithm>
#include <iterator>

namespace domain::money {
namespace {

bool is_owed(base::Money amount) { return amount.amount < 0; }

base::Money at_least_nothing(base::Money amount) {
  return {std::max<std::int64_t>(amount.amount, 0), amount.currency};
}

}  // namespace

Outcome<void> check_may_close(const Holdings& holdings, bool gives_up) {
  if (is_owed(holdings.wallet) || is_owed(holdings.earnings)) {
    return rejected(Rejection::account_in_use);
  }
  if (holdings.order_pending) return rejected(Rejection::payment_in_progress);
  if (holdings.total().amount > 0 && !gives_up) return rejected(Rejection::wallet_not_empty);
  return {};
}

Closing close(UserId user, const Holdings& holdings, base::Instant now) {
  return {.user_id = user,
          .wallet = at_least_nothing(holdings.wallet),
          .earnings = at_least_nothing(holdings.earnings),
          .closed_at = now};
}

std::vector<ledger::Transfer> transfers_of(const Closing& closing) {
  const ledger::Cause cause{ledger::CauseKind::account, closing.user_id.uuid};
  auto transfers = ledger::post(ledger::TransferKind::wallet_given_up,
                                {.passenger_id = closing.user_id}, closing.wallet, cause);
  std::ranges::move(ledger::post(ledger::TransferKind::earnings_given_up,
                                 {.driver_id = closing.user_id}, closing.earnings, cause),
                    std::back_inserter(transfers));
  return transfers;
}

}  // namespace domain::money
