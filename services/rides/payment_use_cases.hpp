#pragma once

/// What can be done with money that is not a ride's own payment: wallets, payouts, refunds, debts,
/// and what the payment provider says of its orders.

#include <optional>
#include <string>

#include "contracts/payments.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/rides/config.hpp"
#include "services/rides/ports.hpp"
#include "services/rides/use_cases.hpp"

namespace services::rides {

class PaymentUseCases {
 public:
  /// `rides` works within the same commit.
  PaymentUseCases(binding::Work& work, Ports ports, RideUseCases& rides, const RidesConfig& config)
      : work_(work), ports_(ports), rides_(rides), config_(config) {}

  // Passengers: wallets.cpp

  awaitable<Outcome<contracts::Wallet>> get_wallet(Caller caller, contracts::NoArguments);
  awaitable<Outcome<contracts::TopUpView>> top_up(Caller caller, contracts::TopUpWallet command);
  awaitable<Outcome<contracts::TopUpView>> get_top_up(Caller caller, contracts::TopUpRef question);

  // Drivers: payouts.cpp

  awaitable<Outcome<contracts::PayoutView>> request_payout(Caller caller,
                                                           contracts::RequestPayout command);
  awaitable<Outcome<contracts::Payouts>> list_payouts(Caller caller,
                                                      contracts::ListPayouts question);
  awaitable<Outcome<contracts::SettlementView>> settle_debt(Caller caller,
                                                            contracts::SettleDriverDebt command);
  awaitable<Outcome<contracts::PayoutRunView>> start_run(Caller caller, contracts::NoArguments);
  awaitable<Outcome<contracts::PayoutRunView>> get_run(Caller caller,
                                                       contracts::PayoutRunRef question);
  /// One step of a run: pays out the driver of `account`, if there is enough.
  awaitable<void> pay_out_in_run(domain::PayoutRunId run, domain::ledger::Account account);

  // Staff: refunds.cpp

  awaitable<Outcome<contracts::PaymentDetails>> get_payment(Caller caller,
                                                            contracts::PaymentRef question);
  awaitable<Outcome<contracts::RefundView>> refund(Caller caller, contracts::RefundPayment command);
  awaitable<Outcome<contracts::LedgerEntries>> find_entries(Caller caller,
                                                            contracts::FindLedgerEntries question);

  // The provider: provider_orders.cpp

  awaitable<Outcome<contracts::Nothing>> receive_webhook(Caller caller,
                                                         contracts::SignedMessage message);
  /// What was learnt of an order takes its effect, once, however often and in what order it comes.
  awaitable<void> conclude(domain::money::Purpose purpose, ProviderAnswer answer);

 private:
  /// What the answer changes of the order, which is kept; the ride is locked by now if it has one.
  awaitable<domain::money::Effect> decide(domain::money::Purpose purpose, ProviderAnswer answer);
  awaitable<void> conclude_payment(domain::money::Purpose purpose, ProviderAnswer answer);
  awaitable<void> conclude_refund(domain::money::Purpose purpose, ProviderAnswer answer);
  awaitable<void> conclude_top_up(domain::money::Purpose purpose, ProviderAnswer answer);
  awaitable<void> conclude_payout(domain::money::Purpose purpose, ProviderAnswer answer);

  awaitable<Outcome<domain::money::Payout>> pay_out(domain::DriverId driver,
                                                    domain::money::PayoutCommand command);
  awaitable<void> tell(const domain::money::Payout& payout);

  binding::Work& work_;
  Ports ports_;
  RideUseCases& rides_;
  const RidesConfig& config_;
};

}  // namespace services::rides
