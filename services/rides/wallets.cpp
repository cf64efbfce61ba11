#include "services/rides/money_views.hpp"
#include "services/rides/payment_use_cases.hpp"

namespace services::rides {
namespace {

namespace ledger = domain::ledger;
namespace money = domain::money;
using domain::rejected;
using domain::Rejection;

constexpr int entries_shown = 20;

}  // namespace

awaitable<Outcome<contracts::Wallet>> PaymentUseCases::get_wallet(Caller caller,
                                                                  contracts::NoArguments) {
  const auto currency = config_.currency();
  const auto account = ledger::Account::passenger(caller.user).text();
  contracts::Wallet wallet{.balance = co_await rides_.spendable(caller.user),
                           .unpaid = co_await ports_.money.unpaid_fares(caller.user, currency),
                           .entries = {}};
  for (const auto& entry :
       co_await ports_.money.entries({.account = account}, currency, entries_shown)) {
    wallet.entries.push_back(view_of(entry, account));
  }
  co_return wallet;
}

awaitable<Outcome<contracts::TopUpView>> PaymentUseCases::top_up(Caller caller,
                                                                 contracts::TopUpWallet command) {
  if (!config_.payments.has_provider()) co_return rejected(Rejection::payment_method_unavailable);
  const auto top_up = money::request({.id = work_.new_id<domain::TopUpId>(),
                                      .passenger_id = caller.user,
                                      .amount = command.amount,
                                      .requested_at = work_.now()},
                                     config_.payments.top_up_rules());
  if (!top_up) co_return rejected(top_up.error());
  co_await ports_.money.save(*top_up);
  co_await ports_.money.add(money::order_of(*top_up));
  co_return view_of(*top_up);
}

awaitable<Outcome<contracts::TopUpView>> PaymentUseCases::get_top_up(Caller caller,
                                                                     contracts::TopUpRef question) {
  const auto top_up = co_await ports_.money.find(question.top_up_id);
  if (!top_up || top_up->passenger_id != caller.user) co_return rejected(Rejection::not_found);
  co_return view_of(*top_up);
}

}  // namespace services::rides
