#include "services/rides/account_records.hpp"

#include <map>
#include <string>
#include <utility>

#include "contracts/operations/account.hpp"
#include "contracts/snapshot.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/rejection.hpp"
#include "services/rides/queries.hpp"
#include "services/rides/rows.hpp"
#include "services/rides/views.hpp"

namespace services::rides {
namespace {

namespace operations = contracts::operations;
using binding::Caller;
using domain::Outcome;
using domain::ledger::Account;
using platform::postgres::Query;

constexpr Query has_open_ride{"rides.has_open_ride", R"(
  SELECT EXISTS (SELECT FROM rides WHERE passenger_id = $1
                 AND state IN ('matched', 'arrived', 'in_progress', 'completed'))
      OR EXISTS (SELECT FROM rides WHERE driver_id = $1
                 AND state IN ('matched', 'arrived', 'in_progress', 'completed')) AS open)"};

constexpr Query rides_of{"rides.rides_of", R"(
  SELECT ride_id FROM rides WHERE passenger_id = $1 OR driver_id = $1
  ORDER BY matched_at DESC LIMIT $2)"};

constexpr Query ledger_of{"rides.ledger_of", R"(
  SELECT posted_at, cause, kind, currency,
         CASE WHEN credit_account = ANY ($1::text[]) THEN amount ELSE -amount END AS amount
  FROM billing_ledger
  WHERE debit_account = ANY ($1::text[]) OR credit_account = ANY ($1::text[])
  ORDER BY posted_at DESC LIMIT $2)"};

// Three digits are about 100 m.
constexpr Query forget_places{"rides.forget_places", R"(
  UPDATE rides
  SET pickup_label = NULL, destination_label = NULL,
      pickup_latitude = round(pickup_latitude::numeric, 3),
      pickup_longitude = round(pickup_longitude::numeric, 3),
      destination_latitude = round(destination_latitude::numeric, 3),
      destination_longitude = round(destination_longitude::numeric, 3)
  WHERE passenger_id = $1)"};

constexpr Query forget_driver{"rides.forget_driver", R"(
  UPDATE rides SET driver_name = 'Deleted', vehicle = '', plate = '' WHERE driver_id = $1)"};

// It may name people, and has no other use.
constexpr Query forget_reasons{"rides.forget_reasons", R"(
  UPDATE rides SET cancellation_reason = ''
  WHERE cancellation_reason <> '' AND (passenger_id = $1 OR driver_id = $1))"};

constexpr Query forget_words{"rides.forget_words", R"(
  UPDATE ratings SET comment = '' FROM rides r
  WHERE ratings.ride_id = r.ride_id AND comment <> ''
    AND (CASE by_side WHEN 'passenger' THEN r.passenger_id ELSE r.driver_id END) = $1)"};

constexpr Query forget_notes{"rides.forget_notes", R"(
  UPDATE ride_steps SET note = NULL
  WHERE note IS NOT NULL AND by LIKE '%:' || $1::text
    AND ride_id IN (SELECT ride_id FROM rides WHERE passenger_id = $1::uuid OR driver_id = $1::uuid))"};

constexpr auto records_max = static_cast<std::int64_t>(contracts::account_records_max);

std::vector<Account> accounts_of(domain::UserId user) {
  return {Account::passenger(user), Account::driver(user)};
}

contracts::LedgerLine line_of(const platform::postgres::Row& row) {
  const auto currency = base::parse_currency(row.get<std::string>("currency"));
  return {.at = row.get<base::Instant>("posted_at"),
          .cause = row.get<std::string>("cause"),
          .kind = row.get<std::string>("kind"),
          .amount = {row.get<std::int64_t>("amount"), currency.value()}};
}

class AccountRecords {
 public:
  AccountRecords(binding::Work& work, base::Currency currency) : work_(work), currency_(currency) {}

  awaitable<Outcome<contracts::AccountUse>> use(Caller, contracts::UserRef user) {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(has_open_ride, user.user_id);
    bool in_use = rows.front().get<bool>("open");
    for (const auto& account : accounts_of(user.user_id)) {
      in_use = in_use || co_await owes(account);
    }
    co_return contracts::AccountUse{.in_use = in_use};
  }

  awaitable<Outcome<contracts::RideRecords>> tell(Caller, contracts::UserRef user) {
    contracts::RideRecords records;
    records.rides = co_await rides(user.user_id);
    records.ledger = co_await ledger(user.user_id);
    co_return records;
  }

  awaitable<void> forget(contracts::UserDeleted deleted) {
    auto& session = *co_await work_.session();
    co_await session.run(forget_places, deleted.user_id);
    co_await session.run(forget_driver, deleted.user_id);
    co_await session.run(forget_reasons, deleted.user_id);
    co_await session.run(forget_words, deleted.user_id);
    co_await session.run(forget_notes, deleted.user_id);
  }

 private:
  awaitable<bool> owes(const Account& account) {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(queries::balance, account.text(), base::code(currency_));
    co_return rows.front().get<std::int64_t>("balance") < 0;
  }

  awaitable<std::vector<contracts::RideView>> rides(domain::UserId user) {
    auto& session = *co_await work_.session();
    std::vector<domain::RideId> newest_first;
    for (const auto row : co_await session.run(rides_of, user, records_max)) {
      newest_first.push_back(row.get<domain::RideId>("ride_id"));
    }
    std::map<domain::RideId, contracts::RideView> found;
    for (const auto row : co_await session.run(queries::find_rides, newest_first)) {
      auto view = contracts::as_seen_by(user, view_of(record_of(row)));
      found.emplace(view.ride_id, std::move(view));
    }
    std::vector<contracts::RideView> views;
    for (const auto& id : newest_first) views.push_back(found.at(id));
    co_return views;
  }

  awaitable<std::vector<contracts::LedgerLine>> ledger(domain::UserId user) {
    auto& session = *co_await work_.session();
    std::vector<std::string> accounts;
    for (const auto& account : accounts_of(user)) accounts.push_back(account.text());
    std::vector<contracts::LedgerLine> lines;
    for (const auto row : co_await session.run(ledger_of, accounts, records_max)) {
      lines.push_back(line_of(row));
    }
    co_return lines;
  }

  binding::Work& work_;
  base::Currency currency_;
};

constexpr binding::Command<AccountRecords> commands[] = {
    binding::on<&AccountRecords::use>(operations::rides_account_use),
    binding::on<&AccountRecords::tell>(operations::rides_account_records),
};

constexpr binding::Reaction<AccountRecords> reactions[] = {
    binding::when<&AccountRecords::forget>(contracts::events::user_deleted),
};

binding::MakeUseCases<AccountRecords> maker(base::Currency currency) {
  return
      [currency](binding::Work& work) { return std::make_shared<AccountRecords>(work, currency); };
}

}  // namespace

std::vector<binding::BoundCommand> account_commands(const RidesConfig& config) {
  return binding::bind<AccountRecords>(commands, maker(config.currency()));
}

std::vector<binding::BoundReaction> account_reactions() {
  return binding::bind<AccountRecords>(reactions, maker({}));
}

}  // namespace services::rides
