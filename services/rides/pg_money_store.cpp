#include "services/rides/pg_money_store.hpp"

#include "platform/postgres/errors.hpp"
#include "services/rides/money_rows.hpp"
#include "services/rides/payment_queries.hpp"
#include "services/rides/queries.hpp"

namespace services::rides {

namespace ledger = domain::ledger;
namespace money = domain::money;
namespace postgres = platform::postgres;

namespace {

template <class T>
std::optional<T> only(const postgres::Rows& rows, T (*read)(const postgres::Row&)) {
  if (rows.empty()) return {};
  return read(rows.front());
}

template <class T>
std::vector<T> all(const postgres::Rows& rows, T (*read)(const postgres::Row&)) {
  std::vector<T> values;
  for (const auto row : rows) values.push_back(read(row));
  return values;
}

}  // namespace

awaitable<void> PgMoneyStore::lock(ledger::Account account) {
  auto* session = co_await work_.session();
  co_await session->run(queries::lock_account, account.text());
}

awaitable<base::Money> PgMoneyStore::balance(ledger::Account account, base::Currency currency) {
  auto* session = co_await work_.session();
  const auto rows = co_await session->run(queries::balance, account.text(), base::code(currency));
  co_return base::Money{rows.front().get<std::int64_t>("balance"), currency};
}

awaitable<base::Money> PgMoneyStore::unpaid_fares(domain::PassengerId passenger,
                                                  base::Currency currency) {
  auto* session = co_await work_.session();
  const auto rows = co_await session->run(queries::unpaid_fares, passenger, base::code(currency));
  co_return base::Money{rows.front().get<std::int64_t>("unpaid"), currency};
}

awaitable<void> PgMoneyStore::add(const money::Order& order) {
  auto* session = co_await work_.session();
  co_await session->run(queries::add_order, order.purpose.key(), order.kind, order.user_id,
                        order.amount.amount, base::code(order.amount.currency), order.charge_key,
                        work_.now());
  work_.after_commit(ordered_);
}

awaitable<std::optional<money::Order>> PgMoneyStore::find_order(std::string key) {
  auto* session = co_await work_.session();
  co_return only(co_await session->run(queries::find_order, key), &order_of);
}

awaitable<std::optional<money::Order>> PgMoneyStore::lock_order(std::string key) {
  auto* session = co_await work_.session();
  co_return only(co_await session->run(queries::lock_order, key), &order_of);
}

awaitable<void> PgMoneyStore::decide(const money::Order& order, std::string reason) {
  auto* session = co_await work_.session();
  co_await session->run(queries::save_order, order.purpose.key(), order.state, reason, work_.now());
}

awaitable<void> PgMoneyStore::save(const money::TopUp& top_up) {
  auto* session = co_await work_.session();
  co_await session->run(queries::save_top_up, top_up.id, top_up.passenger_id, top_up.amount.amount,
                        base::code(top_up.amount.currency), top_up.state, top_up.requested_at,
                        top_up.decided_at);
}

awaitable<std::optional<money::TopUp>> PgMoneyStore::find(domain::TopUpId id) {
  auto* session = co_await work_.session();
  co_return only(co_await session->run(queries::find_top_up, id), &top_up_of);
}

awaitable<domain::RideId> PgMoneyStore::ride_of(domain::PaymentId payment) {
  auto* session = co_await work_.session();
  const auto rows = co_await session->run(queries::find_ride_of_payment, payment);
  co_return rows.empty() ? domain::RideId{} : rows.front().get<domain::RideId>("ride_id");
}

awaitable<void> PgMoneyStore::save(const money::Refund& refund) {
  auto* session = co_await work_.session();
  co_await session->run(queries::save_refund, refund.id, refund.payment_id, refund.attempt,
                        refund.kind, refund.amount.amount, base::code(refund.amount.currency),
                        refund.to, refund.borne_by, refund.state, refund.reason, refund.staff,
                        refund.created_at, refund.settled_at);
}

awaitable<std::optional<money::Refund>> PgMoneyStore::find(domain::RefundId id) {
  auto* session = co_await work_.session();
  co_return only(co_await session->run(queries::find_refund, id), &refund_of);
}

awaitable<std::vector<money::Refund>> PgMoneyStore::refunds_of(domain::PaymentId payment) {
  auto* session = co_await work_.session();
  co_return all(co_await session->run(queries::refunds_of_payment, payment), &refund_of);
}

awaitable<void> PgMoneyStore::save(const money::Payout& payout) {
  auto* session = co_await work_.session();
  co_await session->run(queries::save_payout, payout.id, payout.driver_id, payout.amount.amount,
                        base::code(payout.amount.currency), payout.state, payout.run_id,
                        payout.requested_at, payout.decided_at);
}

awaitable<std::optional<money::Payout>> PgMoneyStore::find(domain::PayoutId id) {
  auto* session = co_await work_.session();
  co_return only(co_await session->run(queries::find_payout, id), &payout_of);
}

awaitable<std::vector<money::Payout>> PgMoneyStore::payouts_of(
    domain::DriverId driver, std::optional<domain::PayoutId> before, int limit) {
  auto* session = co_await work_.session();
  co_return all(co_await session->run(queries::payouts_of_driver, driver, before, limit),
                &payout_of);
}

awaitable<void> PgMoneyStore::add(const money::Settlement& settlement) {
  auto* session = co_await work_.session();
  co_await session->run(queries::add_settlement, settlement.id, settlement.driver_id,
                        settlement.amount.amount, base::code(settlement.amount.currency),
                        settlement.staff, settlement.received_at);
}

awaitable<PayoutRun> PgMoneyStore::begin_run(domain::PayoutRunId id, std::string started_by) {
  auto* session = co_await work_.session();
  co_await session->run(queries::begin_payout_run, id, started_by, work_.now());
  const auto rows = co_await session->run(queries::running_payout_run);
  if (rows.empty()) throw postgres::Contended{"the run that was under way has just finished"};
  co_return payout_run_of(rows.front(), currency_);
}

awaitable<std::optional<PayoutRun>> PgMoneyStore::find(domain::PayoutRunId id) {
  auto* session = co_await work_.session();
  const auto rows = co_await session->run(queries::find_payout_run, id);
  if (rows.empty()) co_return std::nullopt;
  co_return payout_run_of(rows.front(), currency_);
}

awaitable<void> PgMoneyStore::advance(domain::PayoutRunId id, ledger::Account account,
                                      std::optional<base::Money> amount) {
  auto* session = co_await work_.session();
  const auto moved = co_await session->run(queries::advance_payout_run, id, account.text(),
                                           amount ? 1 : 0, amount.value_or(base::Money{}).amount);
  if (moved.affected() == 0) throw postgres::Contended{"the run has come further meanwhile"};
}

awaitable<std::vector<contracts::LedgerEntry>> PgMoneyStore::entries(
    contracts::FindLedgerEntries question, base::Currency currency, int limit) {
  auto* session = co_await work_.session();
  if (question.ride_id) {
    co_return all(co_await session->run(queries::entries_of_ride, *question.ride_id,
                                        question.account, question.before, limit),
                  &entry_of);
  }
  co_return all(co_await session->run(queries::entries_of_account, *question.account,
                                      base::code(currency), question.before, limit),
                &entry_of);
}

}  // namespace services::rides
