#include "services/rides/closings.hpp"

#include "platform/postgres/session.hpp"

namespace services::rides {
namespace {

namespace ledger = domain::ledger;
namespace money = domain::money;
using domain::Outcome;
using domain::Rejection;
using platform::postgres::Query;

constexpr Query open_ride_of{"rides.open_ride_of", R"(
  SELECT EXISTS (SELECT FROM rides WHERE passenger_id = $1
                 AND state IN ('matched', 'arrived', 'in_progress', 'completed'))
      OR EXISTS (SELECT FROM rides WHERE driver_id = $1
                 AND state IN ('matched', 'arrived', 'in_progress', 'completed')) AS open)"};

constexpr Query pending_order_of{"rides.pending_order_of", R"(
  SELECT EXISTS (SELECT FROM provider_orders WHERE user_id = $1 AND state = 'pending')
    AS pending)"};

constexpr Query add_closing{"rides.add_closing", R"(
  INSERT INTO closings (user_id, wallet, earnings, currency, closed_at)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING)"};

}  // namespace

awaitable<Outcome<contracts::AccountUse>> Closings::use(binding::Caller,
                                                        contracts::AskAccountUse question) {
  if (co_await has_open_ride(question.user_id)) {
    co_return contracts::AccountUse{.refusal = Rejection::account_in_use, .balance = {}};
  }
  const auto holdings = co_await holdings_of(question.user_id);
  const auto may_close = money::check_may_close(holdings, question.gives_up_balance);
  contracts::AccountUse use;
  if (!may_close) use.refusal = may_close.error();
  if (use.refusal == Rejection::wallet_not_empty) use.balance = holdings.total();
  co_return use;
}

awaitable<void> Closings::close(const contracts::UserDeleted& deleted) {
  if (!deleted.gives_up_balance.value_or(false)) co_return;
  const auto user = deleted.user_id;
  co_await money_.lock(ledger::Account::passenger(user));
  co_await money_.lock(ledger::Account::driver(user));
  const auto closing = money::close(user, co_await holdings_of(user), work_.now());
  auto& session = *co_await work_.session();
  const auto added =
      co_await session.run(add_closing, user, closing.wallet.amount, closing.earnings.amount,
                           base::code(currency_), closing.closed_at);
  if (added.affected() == 1) co_await ledger_.post(user.uuid, money::transfers_of(closing));
}

awaitable<bool> Closings::has_open_ride(domain::UserId user) {
  auto& session = *co_await work_.session();
  co_return (co_await session.run(open_ride_of, user)).front().get<bool>("open");
}

awaitable<money::Holdings> Closings::holdings_of(domain::UserId user) {
  auto& session = *co_await work_.session();
  const auto orders = co_await session.run(pending_order_of, user);
  co_return money::Holdings{
      .wallet = co_await money_.balance(ledger::Account::passenger(user), currency_),
      .earnings = co_await money_.balance(ledger::Account::driver(user), currency_),
      .order_pending = orders.front().get<bool>("pending")};
}

}  // namespace services::rides
