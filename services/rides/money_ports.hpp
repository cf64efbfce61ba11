#pragma once

/// What paying needs from the world: whose money is where, and the payment provider.

#include <optional>
#include <string>
#include <vector>

#include "contracts/payments.hpp"
#include "contracts/users.hpp"
#include "domain/money/order.hpp"
#include "domain/money/payout.hpp"
#include "domain/money/refund.hpp"
#include "domain/money/wallet.hpp"
#include "platform/runtime/awaitable.hpp"

namespace services::rides {

using platform::awaitable;

/// A run of payouts as it is kept.
struct PayoutRun {
  contracts::PayoutRunView view;
  std::string account;  ///< Of the last driver it has come to.
};

/// Wallets, refunds, payouts, and orders to the provider.
class MoneyStore {
 public:
  virtual ~MoneyStore() = default;

  /// Until the commit, nobody else spends from the account. Taken after the lock of a ride.
  virtual awaitable<void> lock(domain::ledger::Account account) = 0;
  /// Of an account that is locked, or that may have changed when the caller looks again.
  virtual awaitable<base::Money> balance(domain::ledger::Account account,
                                         base::Currency currency) = 0;
  /// Fares of the passenger's rides that nobody has paid yet.
  virtual awaitable<base::Money> unpaid_fares(domain::PassengerId passenger,
                                              base::Currency currency) = 0;

  /// The provider hears of it after the commit.
  virtual awaitable<void> add(const domain::money::Order& order) = 0;
  virtual awaitable<std::optional<domain::money::Order>> find_order(std::string key) = 0;
  virtual awaitable<std::optional<domain::money::Order>> lock_order(std::string key) = 0;
  virtual awaitable<void> decide(const domain::money::Order& order, std::string reason) = 0;

  virtual awaitable<void> save(const domain::money::TopUp& top_up) = 0;
  virtual awaitable<std::optional<domain::money::TopUp>> find(domain::TopUpId id) = 0;

  /// Nil where there is no such payment.
  virtual awaitable<domain::RideId> ride_of(domain::PaymentId payment) = 0;
  /// Under the lock of the ride.
  virtual awaitable<void> save(const domain::money::Refund& refund) = 0;
  virtual awaitable<std::optional<domain::money::Refund>> find(domain::RefundId id) = 0;
  virtual awaitable<std::vector<domain::money::Refund>> refunds_of(domain::PaymentId payment) = 0;

  virtual awaitable<void> save(const domain::money::Payout& payout) = 0;
  virtual awaitable<std::optional<domain::money::Payout>> find(domain::PayoutId id) = 0;
  /// Newest first.
  virtual awaitable<std::vector<domain::money::Payout>> payouts_of(
      domain::DriverId driver, std::optional<domain::PayoutId> before, int limit) = 0;
  virtual awaitable<void> add(const domain::money::Settlement& settlement) = 0;

  /// The run that is under way: a new one unless there is one already.
  virtual awaitable<PayoutRun> begin_run(domain::PayoutRunId id, std::string started_by) = 0;
  virtual awaitable<std::optional<PayoutRun>> find(domain::PayoutRunId id) = 0;
  /// The run has come to `account`, where it paid out `amount`, or nothing. Throws Contended if it
  /// has been there before.
  virtual awaitable<void> advance(domain::PayoutRunId id, domain::ledger::Account account,
                                  std::optional<base::Money> amount) = 0;

  /// Newest first.
  virtual awaitable<std::vector<contracts::LedgerEntry>> entries(
      contracts::FindLedgerEntries question, base::Currency currency, int limit) = 0;
};

/// What the provider said.
struct ProviderAnswer {
  domain::money::Verdict verdict = domain::money::Verdict::unknown;
  std::string reason = {};
};

/// The payment provider. Called outside of any transaction; never throws for what the provider or
/// the network does.
class PaymentProvider {
 public:
  virtual ~PaymentProvider() = default;

  /// Sends the order. Sending it again is harmless: the provider knows it by its key.
  virtual awaitable<ProviderAnswer> send(domain::money::Order order) = 0;
  /// Asks how an order stands that may have been sent.
  virtual awaitable<ProviderAnswer> ask(domain::money::Order order) = 0;
};

/// Where drivers are paid out to. Users keeps it; throws RemoteUnavailable.
class PayoutAccounts {
 public:
  virtual ~PayoutAccounts() = default;
  virtual awaitable<contracts::PayoutAccount> of(domain::DriverId driver) = 0;
};

}  // namespace services::rides
