#include "services/rides/ledger_check.hpp"

#include <map>
#include <span>
#include <utility>

#include "base/json/enums.hpp"
#include "services/rides/books.hpp"
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

Transfers expected_of(const RideRecord& record) {
  Transfers expected;
  for (const auto& transfer : all_transfers_of(record)) expected[key_of(transfer)] = transfer;
  return expected;
}

std::vector<std::string> causes_of(const RideRecord& record) {
  std::vector<std::string> causes{
      ledger::Cause{ledger::CauseKind::ride, record.ride.id.uuid}.text()};
  if (record.payment) {
    causes.push_back(ledger::Cause{ledger::CauseKind::payment, record.payment->id.uuid}.text());
  }
  return causes;
}

class BooksCheck {
 public:
  explicit BooksCheck(postgres::Session& session) : session_(session) {}

  awaitable<BooksReport> run() {
    co_await session_.run(queries::one_snapshot);
    co_await replay();
    co_await compare_balances();
    co_await compare_rides();
    if (of_rides_ != accounted_for_) fault("there are rows of rides that do not exist");
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
    const bool of_ride = transfer.cause.kind == ledger::CauseKind::ride ||
                         transfer.cause.kind == ledger::CauseKind::payment;
    if (of_ride) ++of_rides_;
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
    Transfers missing = expected_of(record);
    for (const auto row : co_await session_.run(queries::ledger_of_causes, causes_of(record))) {
      tick_off(transfer_of(row), missing);
    }
    for (const auto& [key, transfer] : missing) fault(name_of(key) + " is missing");
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
  std::int64_t of_rides_ = 0;
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
