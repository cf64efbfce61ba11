#include <utility>

#include "services/rides/announcements.hpp"
#include "services/rides/books.hpp"
#include "services/rides/money_views.hpp"
#include "services/rides/use_cases.hpp"
#include "services/rides/views.hpp"

namespace services::rides {

namespace ledger = domain::ledger;
namespace money = domain::money;
namespace ride = domain::ride;
using contracts::PaymentView;
using domain::rejected;
using domain::Rejection;

awaitable<Outcome<PaymentView>> RideUseCases::pay(Caller caller, contracts::PayRide command) {
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const ride::RequestPayment request{.payment_id = work_.new_id<domain::PaymentId>(),
                                     .method = command.method};
  const auto change = decide(record->ride, record->payment, caller.user, request, work_.now());
  if (!change) co_return rejected(change.error());
  const auto collected =
      co_await payment_adapter(command.method)
          .collect({ports_.money, config_.payments, work_.now()}, *record, *change);
  if (!collected) co_return rejected(collected.error());
  auto answer = co_await carry_out(*record, *collected);
  if (command.method == ride::PaymentMethod::wallet) {
    co_await tell_wallet(record->ride.passenger_id, {});
  }
  co_return answer;
}

awaitable<Outcome<PaymentView>> RideUseCases::confirm_cash(Caller caller,
                                                           contracts::RideRef command) {
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const ride::ConfirmCash confirm{.payment_id = work_.new_id<domain::PaymentId>()};
  const auto change = decide(record->ride, record->payment, caller.user, confirm, work_.now());
  if (!change) co_return rejected(change.error());
  // What the passenger was told to pay in cash is taken: it is in the driver's hand.
  const bool was_agreed = record->payment &&
                          record->payment->state == ride::PaymentState::pending &&
                          record->payment->method == ride::PaymentMethod::cash;
  if (!was_agreed && !co_await may_take_cash(caller.user, change->payment.amount)) {
    co_return rejected(Rejection::debt_too_high);
  }
  co_return co_await carry_out(*record, *change);
}

awaitable<void> RideUseCases::conclude_payment(RideRecord record, std::int32_t attempt,
                                               money::Effect effect) {
  const bool settles = effect == money::Effect::settles;
  const auto change = settles ? decide(*record.payment, ride::SettlePayment{attempt}, work_.now())
                              : decide(*record.payment, ride::FailPayment{attempt}, work_.now());
  if (change) {
    co_await carry_out(std::move(record), *change);
  } else if (settles) {
    co_await give_back(record, attempt);
  }
}

awaitable<void> RideUseCases::give_back(const RideRecord& record, std::int32_t attempt) {
  const auto refund =
      money::give_back(*record.payment, attempt, work_.new_id<domain::RefundId>(), work_.now());
  co_await begin_refund(record, refund);
}

awaitable<void> RideUseCases::begin_refund(const RideRecord& record, money::Refund refund) {
  co_await ports_.money.save(refund);
  co_await ports_.ledger.post(record.ride.id.uuid,
                              money::transfers_of_beginning(refund, parties_of(record)));
  if (refund.to == money::RefundTo::card) {
    co_await ports_.money.add(money::order_of(refund, record.ride.passenger_id));
  }
  co_await tell_refund(record, refund);
}

awaitable<void> RideUseCases::conclude_refund(const RideRecord& record, money::Refund refund,
                                              money::Effect effect) {
  if (effect == money::Effect::settles) {
    refund = money::settled(std::move(refund), work_.now());
  } else {
    co_await ports_.ledger.post(record.ride.id.uuid,
                                money::transfers_of_redirection(refund, parties_of(record)));
    refund = money::redirected_to_wallet(std::move(refund), work_.now());
  }
  co_await ports_.money.save(refund);
  co_await tell_refund(record, refund);
}

awaitable<void> RideUseCases::tell_refund(const RideRecord& record, const money::Refund& refund) {
  co_await work_.announce(contracts::events::payment_refunded, record.ride.id,
                          contracts::PaymentRefunded{.passenger_id = record.ride.passenger_id,
                                                     .driver_id = record.ride.driver_id,
                                                     .refund = view_of(refund)});
  if (refund.to != money::RefundTo::card) co_await tell_wallet(record.ride.passenger_id, {});
}

awaitable<void> RideUseCases::tell_wallet(domain::PassengerId passenger,
                                          std::optional<contracts::TopUpView> top_up) {
  co_await ports_.money.lock(ledger::Account::passenger(passenger));
  const auto balance = co_await spendable(passenger);
  co_await work_.announce(
      contracts::events::wallet_changed, passenger,
      contracts::WalletChanged{
          .passenger_id = passenger, .balance = balance, .top_up = std::move(top_up)});
}

awaitable<base::Money> RideUseCases::spendable(domain::PassengerId passenger) {
  const auto currency = config_.currency();
  co_return money::spendable(
      co_await ports_.money.balance(ledger::Account::passenger(passenger), currency),
      co_await ports_.money.unpaid_fares(passenger, currency));
}

awaitable<bool> RideUseCases::may_take_cash(domain::DriverId driver, base::Money fare) {
  const auto balance =
      co_await ports_.money.balance(ledger::Account::driver(driver), fare.currency);
  co_return money::may_take_in_cash(balance, fare, config_.payments.debt_floor);
}

awaitable<Outcome<PaymentView>> RideUseCases::carry_out(RideRecord record,
                                                        ride::PaymentChange change) {
  record.payment = change.payment;
  co_await ports_.rides.save(change.payment);
  if (change.event == ride::PaymentEvent::settled) {
    const auto paid = decide(record.ride, ride::Pay{}, work_.now());
    if (!paid) co_return rejected(paid.error());
    record = co_await apply(std::move(record), *paid);
  }
  co_await announce(announcement_of(change.event), record);
  co_return view_of(change.payment);
}

}  // namespace services::rides
