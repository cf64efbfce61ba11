#include <algorithm>
#include <iterator>

#include "base/assert.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {
namespace {

namespace ledger = domain::ledger;
namespace money = domain::money;
using domain::Outcome;
using domain::rejected;
using domain::Rejection;
using domain::ride::Payment;
using domain::ride::PaymentChange;
using domain::ride::PaymentMethod;
using Collected = Outcome<PaymentChange>;

/// Goes from hand to hand: pending until the driver confirms it. Refused where the fee would take
/// the driver further into debt than may be.
class Cash final : public PaymentAdapter {
 public:
  awaitable<Collected> collect(Till till, const RideRecord& record,
                               PaymentChange requested) const override {
    const auto fare = requested.payment.amount;
    const auto driver = ledger::Account::driver(record.ride.driver_id);
    const auto balance = co_await till.money.balance(driver, fare.currency);
    if (!money::may_take_in_cash(balance, fare, till.config.debt_floor)) {
      co_return rejected(Rejection::payment_method_unavailable);
    }
    co_return requested;
  }

  std::vector<ledger::Transfer> transfers(const Payment& payment,
                                          const ledger::Parties& parties) const override {
    return ledger::transfers_for_cash_payment(payment.id, parties, payment.amount);
  }
};

/// Takes effect at once, if there is enough. The books have taken the fare out of the passenger's
/// account when it became final: what changes is that the wallet bears it.
class Wallet final : public PaymentAdapter {
 public:
  awaitable<Collected> collect(Till till, const RideRecord& record,
                               PaymentChange requested) const override {
    const auto passenger = record.ride.passenger_id;
    const auto account = ledger::Account::passenger(passenger);
    const auto fare = requested.payment.amount;
    co_await till.money.lock(account);
    const auto there = money::spendable(co_await till.money.balance(account, fare.currency),
                                        co_await till.money.unpaid_fares(passenger, fare.currency));
    if (there < fare) co_return rejected(Rejection::insufficient_funds);
    co_return settled_at_once(requested.payment, till.now);
  }

  std::vector<ledger::Transfer> transfers(const Payment&, const ledger::Parties&) const override {
    return {};
  }

 private:
  /// Requested and settled are one change, so one version.
  static Collected settled_at_once(const Payment& requested, base::Instant now) {
    auto change = decide(requested, domain::ride::SettlePayment{requested.attempt}, now);
    if (change) change->payment.version = requested.version;
    return change;
  }
};

/// Asks the provider for it, after the commit: pending until the provider has said.
class Gateway final : public PaymentAdapter {
 public:
  awaitable<Collected> collect(Till till, const RideRecord& record,
                               PaymentChange requested) const override {
    const auto& payment = requested.payment;
    if (!till.config.has_provider() || payment.amount.amount == 0) {
      co_return rejected(Rejection::payment_method_unavailable);
    }
    co_await till.money.add(
        money::Order{.purpose = money::Purpose::payment(payment.id, payment.attempt),
                     .kind = money::OrderKind::charge,
                     .user_id = record.ride.passenger_id,
                     .amount = payment.amount});
    co_return requested;
  }

  std::vector<ledger::Transfer> transfers(const Payment& payment,
                                          const ledger::Parties& parties) const override {
    return ledger::transfers_for_gateway_payment(payment.id, parties, payment.amount);
  }
};

constexpr Cash cash;
constexpr Wallet wallet;
constexpr Gateway gateway;

struct Row {
  PaymentMethod method;
  const PaymentAdapter* adapter;
};

constexpr Row rows[] = {
    {PaymentMethod::cash, &cash},
    {PaymentMethod::wallet, &wallet},
    {PaymentMethod::gateway, &gateway},
};

}  // namespace

const PaymentAdapter& payment_adapter(PaymentMethod method) {
  const auto* row = std::ranges::find(rows, method, &Row::method);
  NEBENGJEK_ASSERT(row != std::end(rows));
  return *row->adapter;
}

}  // namespace services::rides
