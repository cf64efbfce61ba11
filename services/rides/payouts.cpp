#include "services/rides/money_views.hpp"
#include "services/rides/payment_use_cases.hpp"

namespace services::rides {
namespace {

namespace ledger = domain::ledger;
namespace money = domain::money;
using domain::rejected;
using domain::Rejection;

constexpr int page_size = 20;

}  // namespace

awaitable<Outcome<contracts::PayoutView>> PaymentUseCases::request_payout(
    Caller caller, contracts::RequestPayout command) {
  if (!config_.payments.has_provider()) co_return rejected(Rejection::payment_method_unavailable);
  const auto payout = co_await pay_out(
      caller.user, {.id = work_.new_id<domain::PayoutId>(), .amount = command.amount});
  if (!payout) co_return rejected(payout.error());
  co_return view_of(*payout);
}

awaitable<Outcome<contracts::Payouts>> PaymentUseCases::list_payouts(
    Caller caller, contracts::ListPayouts question) {
  const auto limit = question.limit.value_or(page_size);
  const auto found = co_await ports_.money.payouts_of(caller.user, question.before, limit + 1);
  contracts::Payouts page;
  for (const auto& payout : found) {
    if (std::ssize(page.payouts) == limit) {
      page.next = page.payouts.back().payout_id;
      break;
    }
    page.payouts.push_back(view_of(payout));
  }
  co_return page;
}

awaitable<Outcome<contracts::SettlementView>> PaymentUseCases::settle_debt(
    Caller caller, contracts::SettleDriverDebt command) {
  if (command.amount.currency != config_.currency()) co_return rejected(Rejection::invalid_value);
  const money::Settlement settlement{.id = work_.new_id<domain::SettlementId>(),
                                     .driver_id = command.driver_id,
                                     .amount = command.amount,
                                     .staff = caller.staff,
                                     .received_at = work_.now()};
  const auto account = ledger::Account::driver(command.driver_id);
  co_await ports_.money.lock(account);
  co_await ports_.money.add(settlement);
  co_await ports_.ledger.post(settlement.driver_id.uuid, money::transfers_of(settlement));
  co_return contracts::SettlementView{
      .settlement_id = settlement.id,
      .driver_id = settlement.driver_id,
      .amount = settlement.amount,
      .balance = co_await ports_.money.balance(account, config_.currency()),
      .received_at = settlement.received_at};
}

awaitable<Outcome<contracts::PayoutRunView>> PaymentUseCases::start_run(Caller caller,
                                                                        contracts::NoArguments) {
  if (!config_.payments.has_provider()) co_return rejected(Rejection::payment_method_unavailable);
  const auto run =
      co_await ports_.money.begin_run(work_.new_id<domain::PayoutRunId>(), caller.staff);
  co_return run.view;
}

awaitable<Outcome<contracts::PayoutRunView>> PaymentUseCases::get_run(
    Caller, contracts::PayoutRunRef question) {
  const auto run = co_await ports_.money.find(question.run_id);
  if (!run) co_return rejected(Rejection::not_found);
  co_return run->view;
}

awaitable<void> PaymentUseCases::pay_out_in_run(domain::PayoutRunId run, ledger::Account account) {
  const auto payout = co_await pay_out(
      account.holder,
      {.id = work_.new_id<domain::PayoutId>(), .amount = std::nullopt, .run_id = run});
  std::optional<base::Money> amount;
  if (payout) amount = payout->amount;
  co_await ports_.money.advance(run, account, amount);
}

awaitable<Outcome<money::Payout>> PaymentUseCases::pay_out(domain::DriverId driver,
                                                           money::PayoutCommand command) {
  const auto account = ledger::Account::driver(driver);
  co_await ports_.money.lock(account);
  const auto balance = co_await ports_.money.balance(account, config_.currency());
  const auto payout =
      money::decide(driver, balance, config_.payments.payout_min, command, work_.now());
  if (!payout) co_return rejected(payout.error());
  co_await ports_.money.save(*payout);
  co_await ports_.ledger.post(driver.uuid, money::transfers_of_beginning(*payout));
  co_await ports_.money.add(money::order_of(*payout));
  co_await tell(*payout);
  co_return *payout;
}

awaitable<void> PaymentUseCases::tell(const money::Payout& payout) {
  co_await work_.announce(contracts::events::payout_changed, payout.driver_id,
                          contracts::PayoutChanged{.payout = view_of(payout)});
}

}  // namespace services::rides
