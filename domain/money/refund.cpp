#include "domain/money/refund.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace domain::money {
namespace {

using ledger::TransferKind;
using Transfers = std::vector<ledger::Transfer>;

/// Where the money of a refund comes from.
TransferKind source_of(const Refund& refund) {
  if (refund.kind == RefundKind::stray) return TransferKind::stray_payment;
  return refund.borne_by == CostBearer::driver ? TransferKind::refund_by_driver
                                               : TransferKind::refund;
}

Transfers post(TransferKind kind, const Refund& refund, const ledger::Parties& parties) {
  return ledger::post(kind, parties, refund.amount, {ledger::CauseKind::refund, refund.id.uuid});
}

void append(Transfers& transfers, Transfers more) {
  std::ranges::move(more, std::back_inserter(transfers));
}

Refund begun(const ride::Payment& payment, RefundId id, base::Money amount, base::Instant now) {
  return {.id = id,
          .payment_id = payment.id,
          .ride_id = payment.ride_id,
          .attempt = payment.attempt,
          .amount = amount,
          .created_at = now};
}

Refund to_card(Refund refund) {
  refund.to = RefundTo::card;
  refund.state = OrderState::pending;
  return refund;
}

}  // namespace

Outcome<Refund> decide(const ride::Payment& payment, base::Money refunded,
                       const RefundCommand& command, base::Instant now) {
  if (payment.state != ride::PaymentState::settled) return rejected(Rejection::illegal_transition);
  const auto left = payment.amount - refunded;
  const auto amount = command.amount.value_or(left);
  if (amount.currency != left.currency) return rejected(Rejection::invalid_value);
  if (left < amount || left.amount == 0) return rejected(Rejection::refund_exceeds_payment);
  if (amount.amount <= 0) return rejected(Rejection::invalid_value);
  auto refund = begun(payment, command.id, amount, now);
  refund.borne_by = command.borne_by;
  refund.reason = command.reason;
  refund.staff = command.staff;
  const bool by_card = payment.method == ride::PaymentMethod::gateway;
  return by_card ? to_card(std::move(refund)) : settled(std::move(refund), now);
}

Refund give_back(const ride::Payment& payment, std::int32_t attempt, RefundId id,
                 base::Instant now) {
  auto refund = begun(payment, id, payment.amount, now);
  refund.attempt = attempt;
  refund.kind = RefundKind::stray;
  refund.reason = "collected for an attempt that another had replaced";
  return to_card(std::move(refund));
}

Refund settled(Refund refund, base::Instant now) {
  refund.state = OrderState::settled;
  refund.settled_at = now;
  return refund;
}

Refund redirected_to_wallet(Refund refund, base::Instant now) {
  refund.to = RefundTo::wallet_instead;
  return settled(std::move(refund), now);
}

Order order_of(const Refund& refund, PassengerId passenger_id) {
  return {.purpose = Purpose::refund(refund.id),
          .kind = OrderKind::refund,
          .user_id = passenger_id,
          .amount = refund.amount,
          .charge_key = Purpose::payment(refund.payment_id, refund.attempt).key()};
}

Transfers transfers_of_beginning(const Refund& refund, const ledger::Parties& parties) {
  auto transfers = post(source_of(refund), refund, parties);
  if (refund.to != RefundTo::wallet) {
    append(transfers, post(TransferKind::card_refund, refund, parties));
  }
  return transfers;
}

Transfers transfers_of_redirection(const Refund& refund, const ledger::Parties& parties) {
  return post(TransferKind::card_refund_return, refund, parties);
}

Transfers all_transfers_of(const Refund& refund, const ledger::Parties& parties) {
  auto transfers = transfers_of_beginning(refund, parties);
  if (refund.to == RefundTo::wallet_instead) {
    append(transfers, transfers_of_redirection(refund, parties));
  }
  return transfers;
}

}  // namespace domain::money
