#include "domain/money/payout.hpp"

#include <algorithm>
#include <iterator>

namespace domain::money {
namespace {

using ledger::TransferKind;
using Transfers = std::vector<ledger::Transfer>;

Transfers post(TransferKind kind, DriverId driver, base::Money amount, const base::Uuid& cause) {
  return ledger::post(kind, {.driver_id = driver}, amount, {ledger::CauseKind::settlement, cause});
}

}  // namespace

Outcome<Payout> decide(DriverId driver, base::Money balance, base::Money least,
                       const PayoutCommand& command, base::Instant now) {
  const auto amount = command.amount.value_or(balance);
  if (amount.currency != balance.currency) return rejected(Rejection::invalid_value);
  if (balance < least || amount < least) return rejected(Rejection::nothing_to_pay_out);
  if (amount.amount <= 0) return rejected(Rejection::nothing_to_pay_out);
  if (balance < amount) return rejected(Rejection::insufficient_funds);
  return Payout{.id = command.id,
                .driver_id = driver,
                .amount = amount,
                .run_id = command.run_id,
                .requested_at = now};
}

Payout concluded(Payout payout, OrderState state, base::Instant now) {
  payout.state = state;
  payout.decided_at = now;
  return payout;
}

Order order_of(const Payout& payout) {
  return {.purpose = Purpose::payout(payout.id),
          .kind = OrderKind::payout,
          .user_id = payout.driver_id,
          .amount = payout.amount};
}

Transfers transfers_of_beginning(const Payout& payout) {
  return post(TransferKind::payout, payout.driver_id, payout.amount, payout.id.uuid);
}

Transfers transfers_of_return(const Payout& payout) {
  return post(TransferKind::payout_return, payout.driver_id, payout.amount, payout.id.uuid);
}

Transfers all_transfers_of(const Payout& payout) {
  auto transfers = transfers_of_beginning(payout);
  if (payout.state == OrderState::failed) {
    std::ranges::move(transfers_of_return(payout), std::back_inserter(transfers));
  }
  return transfers;
}

Transfers transfers_of(const Settlement& settlement) {
  return post(TransferKind::debt_settlement, settlement.driver_id, settlement.amount,
              settlement.id.uuid);
}

bool may_take_in_cash(base::Money balance, base::Money fare, base::Money floor) {
  return ledger::may_take_cash(balance - fare, floor);
}

}  // namespace domain::money
