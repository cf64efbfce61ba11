#include "domain/money/wallet.hpp"

namespace domain::money {

Outcome<TopUp> request(TopUp top_up, const TopUpRules& rules) {
  if (top_up.amount.currency != rules.least.currency) return rejected(Rejection::invalid_value);
  const bool allowed = !(top_up.amount < rules.least) && !(rules.most < top_up.amount);
  if (!allowed) return rejected(Rejection::invalid_value);
  return top_up;
}

TopUp concluded(TopUp top_up, OrderState state, base::Instant now) {
  top_up.state = state;
  top_up.decided_at = now;
  return top_up;
}

Order order_of(const TopUp& top_up) {
  return {.purpose = Purpose::top_up(top_up.id),
          .kind = OrderKind::charge,
          .user_id = top_up.passenger_id,
          .amount = top_up.amount};
}

std::vector<ledger::Transfer> transfers_of(const TopUp& top_up) {
  if (top_up.state != OrderState::settled) return {};
  return ledger::post(ledger::TransferKind::top_up, {.passenger_id = top_up.passenger_id},
                      top_up.amount, {ledger::CauseKind::top_up, top_up.id.uuid});
}

base::Money spendable(base::Money balance, base::Money unpaid_fares) {
  return balance + unpaid_fares;
}

}  // namespace domain::money
