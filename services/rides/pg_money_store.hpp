#pragma once

#include <functional>

#include "services/binding/work.hpp"
#include "services/rides/money_ports.hpp"

namespace services::rides {

/// The tables about money, within one unit of work.
class PgMoneyStore final : public MoneyStore {
 public:
  /// `ordered` is called after a commit that holds a new order to the provider.
  PgMoneyStore(binding::Work& work, base::Currency currency, std::function<void()> ordered)
      : work_(work), currency_(currency), ordered_(std::move(ordered)) {}

  awaitable<void> lock(domain::ledger::Account account) override;
  awaitable<base::Money> balance(domain::ledger::Account account, base::Currency currency) override;
  awaitable<base::Money> unpaid_fares(domain::PassengerId passenger,
                                      base::Currency currency) override;

  awaitable<void> add(const domain::money::Order& order) override;
  awaitable<std::optional<domain::money::Order>> find_order(std::string key) override;
  awaitable<std::optional<domain::money::Order>> lock_order(std::string key) override;
  awaitable<void> decide(const domain::money::Order& order, std::string reason) override;

  awaitable<void> save(const domain::money::TopUp& top_up) override;
  awaitable<std::optional<domain::money::TopUp>> find(domain::TopUpId id) override;

  awaitable<domain::RideId> ride_of(domain::PaymentId payment) override;
  awaitable<void> save(const domain::money::Refund& refund) override;
  awaitable<std::optional<domain::money::Refund>> find(domain::RefundId id) override;
  awaitable<std::vector<domain::money::Refund>> refunds_of(domain::PaymentId payment) override;

  awaitable<void> save(const domain::money::Payout& payout) override;
  awaitable<std::optional<domain::money::Payout>> find(domain::PayoutId id) override;
  awaitable<std::vector<domain::money::Payout>> payouts_of(domain::DriverId driver,
                                                           std::optional<domain::PayoutId> before,
                                                           int limit) override;
  awaitable<void> add(const domain::money::Settlement& settlement) override;

  awaitable<PayoutRun> begin_run(domain::PayoutRunId id, std::string started_by) override;
  awaitable<std::optional<PayoutRun>> find(domain::PayoutRunId id) override;
  awaitable<void> advance(domain::PayoutRunId id, domain::ledger::Account account,
                          std::optional<base::Money> amount) override;

  awaitable<std::vector<contracts::LedgerEntry>> entries(contracts::FindLedgerEntries question,
                                                         base::Currency currency,
                                                         int limit) override;

 private:
  binding::Work& work_;
  base::Currency currency_;
  std::function<void()> ordered_;
};

}  // namespace services::rides
