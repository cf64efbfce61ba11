#include "services/rides/money_views.hpp"

namespace services::rides {

contracts::TopUpView view_of(const domain::money::TopUp& top_up) {
  return {.top_up_id = top_up.id,
          .state = top_up.state,
          .amount = top_up.amount,
          .requested_at = top_up.requested_at,
          .decided_at = top_up.decided_at};
}

contracts::RefundView view_of(const domain::money::Refund& refund) {
  return {.refund_id = refund.id,
          .payment_id = refund.payment_id,
          .ride_id = refund.ride_id,
          .kind = refund.kind,
          .state = refund.state,
          .amount = refund.amount,
          .to = refund.to,
          .borne_by = refund.borne_by,
          .reason = refund.reason,
          .created_at = refund.created_at,
          .settled_at = refund.settled_at};
}

contracts::PayoutView view_of(const domain::money::Payout& payout) {
  return {.payout_id = payout.id,
          .driver_id = payout.driver_id,
          .state = payout.state,
          .amount = payout.amount,
          .requested_at = payout.requested_at,
          .decided_at = payout.decided_at};
}

contracts::WalletEntry view_of(const contracts::LedgerEntry& entry, const std::string& account) {
  const bool received = entry.credit_account == account;
  return {.entry_id = entry.entry_id,
          .kind = entry.kind,
          .cause = entry.cause,
          .amount = {received ? entry.amount.amount : -entry.amount.amount, entry.amount.currency},
          .posted_at = entry.posted_at};
}

}  // namespace services::rides
