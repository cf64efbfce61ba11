#include "services/rides/ledger_check.hpp"

#include <map>
#include <span>
#include <utility>

#include "base/json/enums.hpp"
#include "services/rides/books.hpp"
#include "services/rides/money_rows.hpp"
#include "services/rides/payment_queries.hpp"
#include "services/rides/queries.hpp"
#include "services/rides/rows.hpp"

namespace services::rides {
namespace {

namespace ledger = domain::ledger;
namespace postgres = platform::postgres;
using platform::awaitable;

constexpr int page_size = 500;

/// What makes two rows the same row.
using Key = std::pair<ledger::Cause, ledger::TransferKind>;
using Transfers = std::map<Key, ledger::Transfer>;

Key key_of(const ledger::Transfer& transfer) { return {transfer.cause, transfer.kind}; }

std::string name_of(const Key& key) {
  return std::string{base::json::name_of(key.second)} + " of " + key.first.text();
}

bool is_sound(const ledger::Transfer& transfer) {
  return ledger::sums_to_zero(std::span{&transfer, 1});
}

Transfers by_key(const std::vector<ledger::Transfer>& rows) {
  Transfers transfers;
  for (const auto& row : rows) transfers[key_of(row)] = row;
  return transfers;
}

/// Something that has rows in the books, and which.
struct Explained {
  std::vector<std::string> causes;
  Transfers expected;
};

Explained explained(ledger::CauseKind kind, const base::Uuid& id,
                    const std::vector<ledger::Transfer>& rows) {
  return {.causes = {ledger::Cause{kind, id}.text()}, .expected = by_key(rows)};
}

Explained explained(const RideRecord& record) {
  auto ride = explained(ledger::CauseKind::ride, record.ride.id.uuid, all_transfers_of(record));
  if (record.payment) {
    ride.causes.push_back(
        ledger::Cause{ledger::CauseKind::payment, record.payment->id.uuid}.text());
  }
  return ride;
}

Explained explained_refund(const postgres::Row& row) {
  const auto refund = refund_of(row);
  const ledger::Parties parties{.passenger_id = row.get<domain::PassengerId>("passenger_id"),
                                .driver_id = row.get<domain::DriverId>("driver_id")};
  return explained(ledger::CauseKind::refund, refund.id.uuid,
                   domain::money::all_transfers_of(refund, parties));
}

Explained explained_top_up(const postgres::Row& row) {
  const auto top_up = top_up_of(row);
  return explained(ledger::CauseKind::top_up, top_up.id.uuid, domain::money::transfers_of(top_up));
}

Explained explained_payout(const postgres::Row& row) {
  const auto payout = payout_of(row);
  return explained(ledger::CauseKind::settlement, payout.id.uuid,
                   domain::money::all_transfers_of(payout));
}

Explained explained_settlement(const postgres::Row& row) {
  const auto settlement = settlement_of(row);
  return explained(ledger::CauseKind::settlement, settlement.id.uuid,
                   domain::money::transfers_of(settlement));
}

Explained explained_closing(const postgres::Row& row) {
  const auto closing = closing_of(row);
  return explained(ledger::CauseKind::account, closing.user_id.uuid,
                   domain::money::transfers_of(closing));
}

/// A table that explains rows of the books, read page by page.
struct Source {
  postgres::Query page;
  std::string_view id;
  Explained (*explain)(const postgres::Row&);
};

const Source sources[] = {
    {queries::refund_page, "refund_id", &explained_refund},
    {queries::top_up_page, "top_up_id", &explained_top_up},
    {queries::payout_page, "payout_id", &explained_payout},
    {queries::settlement_page, "settlement_id", &explained_settlement},
    {queries::closing_page, "user_id", &explained_closing},
};

class BooksCheck {
 public:
  explicit BooksCheck(postgres::Session& session) : session_(session) {}

  awaitable<BooksReport> run() {
    co_await session_.run(queries::one_snapshot);
    co_await replay();
    co_await compare_balances();
    co_await compare_rides();
    for (const auto& source : sources) co_await compare_all(source);
    if (report_.entries != accounted_for_) fault("there are rows that nothing explains");
    co_return std::move(report_);
  }

 private:
  using Balances = std::map<std::pair<base::Currency, ledger::Account>, std::int64_t>;

  void fault(std::string sentence) {
    if (report_.faults.size() < BooksReport::faults_max) {
      report_.faults.push_back(std::move(sentence));
    }
  }

  awaitable<void> replay() {
    base::Uuid last;
    for (;;) {
      const auto rows = co_await session_.run(queries::ledger_page, last, page_size);
      if (rows.empty()) co_return;
      for (const auto row : rows) enter(transfer_of(row));
      last = rows[rows.size() - 1].get<base::Uuid>("entry_id");
    }
  }

  void enter(const ledger::Transfer& transfer) {
    ++report_.entries;
    if (!is_sound(transfer)) fault(name_of(key_of(transfer)) + " is not sound");
    const auto [amount, currency] = transfer.amount;
    balances_[{currency, transfer.credit_account}] += amount;
    balances_[{currency, transfer.debit_account}] -= amount;
  }

  awaitable<void> compare_balances() {
    std::map<base::Currency, std::int64_t> sums;
    for (const auto& [key, replayed] : balances_) {
      const auto& [currency, account] = key;
      const auto rows =
          co_await session_.run(queries::balance, account.text(), base::code(currency));
      const auto balance = rows.front().get<std::int64_t>("balance");
      if (balance != replayed) fault("the balance of " + account.text() + " is not its replay");
      sums[currency] += balance;
    }
    for (const auto& [currency, sum] : sums) {
      if (sum != 0) fault(std::string{base::code(currency)} + " does not sum to zero");
    }
  }

  awaitable<void> compare_rides() {
    base::Uuid last;
    for (;;) {
      const auto page = co_await session_.run(queries::ride_page, last, page_size);
      if (page.empty()) co_return;
      std::vector<base::Uuid> ids;
      for (const auto row : page) ids.push_back(row.get<base::Uuid>("ride_id"));
      co_await compare_page(ids);
      last = ids.back();
    }
  }

  awaitable<void> compare_page(const std::vector<base::Uuid>& ids) {
    for (const auto row : co_await session_.run(queries::find_rides, ids)) {
      co_await compare(record_of(row));
    }
  }

  awaitable<void> compare(RideRecord record) {
    ++report_.rides;
    const bool settled =
        record.payment && record.payment->state == domain::ride::PaymentState::settled;
    if (settled != record.ride.paid_at.has_value()) {
      fault("ride " + record.ride.id.text() + " and its payment differ about being paid");
    }
    co_await compare(explained(record));
  }

  awaitable<void> compare_all(const Source& source) {
    base::Uuid last;
    for (;;) {
      const auto page = co_await session_.run(source.page, last, page_size);
      if (page.empty()) co_return;
      for (const auto row : page) co_await compare(source.explain(row));
      last = page[page.size() - 1].get<base::Uuid>(source.id);
    }
  }

  awaitable<void> compare(Explained reason) {
    for (const auto row : co_await session_.run(queries::ledger_of_causes, reason.causes)) {
      tick_off(transfer_of(row), reason.expected);
    }
    for (const auto& [key, transfer] : reason.expected) fault(name_of(key) + " is missing");
  }

  void tick_off(const ledger::Transfer& transfer, Transfers& missing) {
    ++accounted_for_;
    const auto found = missing.find(key_of(transfer));
    if (found == missing.end()) return fault(name_of(key_of(transfer)) + " has no reason");
    if (found->second != transfer) fault(name_of(found->first) + " is not what it should be");
    missing.erase(found);
  }

  postgres::Session& session_;
  BooksReport report_;
  Balances balances_;
  std::int64_t accounted_for_ = 0;
};

}  // namespace

awaitable<BooksReport> check_books(postgres::Pool& pool) {
  const auto transaction = co_await pool.begin();
  auto report = co_await BooksCheck{transaction->session()}.run();
  co_await transaction->rollback();
  co_return report;
}

}  // namespace services::rides
