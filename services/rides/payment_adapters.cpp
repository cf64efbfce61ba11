#include <algorithm>
#include <iterator>

#include "services/rides/ports.hpp"

namespace services::rides {
namespace {

using domain::ride::Payment;
using domain::ride::PaymentChange;
using domain::ride::PaymentMethod;

/// Goes from hand to hand: pending until the driver confirms it.
class Cash final : public PaymentAdapter {
 public:
  awaitable<PaymentChange> collect(PaymentChange requested) const override { co_return requested; }

  std::vector<domain::ledger::Transfer> transfers(
      const Payment& payment, const domain::ledger::Parties& parties) const override {
    return domain::ledger::transfers_for_cash_payment(payment.id, parties, payment.amount);
  }
};

constexpr Cash cash;

struct Row {
  PaymentMethod method;
  const PaymentAdapter* adapter;
};

constexpr Row rows[] = {
    {PaymentMethod::cash, &cash},
};

}  // namespace

const PaymentAdapter* find_payment_adapter(PaymentMethod method) {
  const auto* row = std::ranges::find(rows, method, &Row::method);
  return row == std::end(rows) ? nullptr : row->adapter;
}

}  // namespace services::rides
