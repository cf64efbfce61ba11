#include "services/rides/money_views.hpp"
#include "services/rides/payment_use_cases.hpp"
#include "services/rides/views.hpp"

namespace services::rides {
namespace {

namespace money = domain::money;
using domain::rejected;
using domain::Rejection;

constexpr int page_size = 50;

/// What staff gave back so far. A stray was never part of the payment.
base::Money refunded(const domain::ride::Payment& payment,
                     const std::vector<money::Refund>& refunds) {
  base::Money sum{0, payment.amount.currency};
  for (const auto& refund : refunds) {
    if (refund.kind == money::RefundKind::by_staff) sum = sum + refund.amount;
  }
  return sum;
}

}  // namespace

awaitable<Outcome<contracts::PaymentDetails>> PaymentUseCases::get_payment(
    Caller, contracts::PaymentRef question) {
  const auto record =
      co_await ports_.rides.find(co_await ports_.money.ride_of(question.payment_id));
  if (!record) co_return rejected(Rejection::not_found);
  contracts::PaymentDetails details{.payment = view_of(*record->payment), .refunds = {}};
  for (const auto& refund : co_await ports_.money.refunds_of(question.payment_id)) {
    details.refunds.push_back(view_of(refund));
  }
  co_return details;
}

awaitable<Outcome<contracts::RefundView>> PaymentUseCases::refund(
    Caller caller, contracts::RefundPayment command) {
  const auto record = co_await ports_.rides.lock(co_await ports_.money.ride_of(command.payment_id));
  if (!record) co_return rejected(Rejection::not_found);
  const auto before =
      refunded(*record->payment, co_await ports_.money.refunds_of(command.payment_id));
  const money::RefundCommand decision{
      .id = work_.new_id<domain::RefundId>(),
      .amount = command.amount,
      .borne_by = command.borne_by.value_or(money::CostBearer::platform),
      .reason = command.reason,
      .staff = caller.staff};
  const auto refund = money::decide(*record->payment, before, decision, work_.now());
  if (!refund) co_return rejected(refund.error());
  co_await rides_.begin_refund(*record, *refund);
  co_return view_of(*refund);
}

awaitable<Outcome<contracts::LedgerEntries>> PaymentUseCases::find_entries(
    Caller, contracts::FindLedgerEntries question) {
  const auto limit = static_cast<std::size_t>(question.limit.value_or(page_size));
  contracts::LedgerEntries page{.entries = co_await ports_.money.entries(
                                    question, config_.currency(), static_cast<int>(limit) + 1),
                                .next = {}};
  if (page.entries.size() > limit) {
    page.entries.resize(limit);
    page.next = page.entries.back().entry_id;
  }
  co_return page;
}

}  // namespace services::rides
