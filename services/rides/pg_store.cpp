#include "services/rides/pg_store.hpp"

#include "platform/postgres/errors.hpp"
#include "services/rides/queries.hpp"
#include "services/rides/rows.hpp"

namespace services::rides {
namespace {

namespace postgres = platform::postgres;

using RideIds = std::vector<domain::RideId>;

std::optional<RideRecord> only_record(const postgres::Rows& rows) {
  if (rows.empty()) return {};
  return record_of(rows.front());
}

contracts::LedgerEntry entry_of(const domain::ledger::Transfer& transfer, domain::LedgerEntryId id,
                                base::Instant now) {
  return {.entry_id = id,
          .kind = transfer.kind,
          .cause = transfer.cause.text(),
          .debit_account = transfer.debit_account.text(),
          .credit_account = transfer.credit_account.text(),
          .amount = transfer.amount,
          .posted_at = now};
}

void expect_next_version(const postgres::Rows& saved) {
  if (saved.affected() == 0) throw postgres::Contended{"somebody else changed it meanwhile"};
}

}  // namespace

awaitable<std::optional<RideRecord>> PgStore::find(domain::RideId id) {
  co_return only_record(co_await pool_.run(queries::find_rides, RideIds{id}));
}

awaitable<std::optional<RideRecord>> PgStore::lock(domain::RideId id) {
  auto* session = co_await work_.session();
  co_await session->run(queries::lock_ride, id);
  co_return only_record(co_await session->run(queries::find_rides, RideIds{id}));
}

awaitable<void> PgStore::book(const RideRecord& record) {
  auto* session = co_await work_.session();
  if (record.ride.version > 1) {
    co_await session->run(queries::remove_given_back, record.ride.id, record.ride.version);
  }
  co_await session->run_with(queries::book_ride, parameters_to_book(record));
}

awaitable<void> PgStore::refuse(domain::RideId id, domain::MatchId match) {
  auto* session = co_await work_.session();
  co_await session->run(queries::refuse_match, match, id, work_.now());
}

awaitable<bool> PgStore::was_refused(domain::MatchId match) {
  auto* session = co_await work_.session();
  co_return !(co_await session->run(queries::find_refused_match, match)).empty();
}

awaitable<void> PgStore::save(const domain::ride::Ride& ride) {
  auto* session = co_await work_.session();
  expect_next_version(co_await session->run_with(queries::save_ride, parameters_to_save(ride)));
}

awaitable<void> PgStore::hand_over(const RideRecord& record) {
  const auto& ride = record.ride;
  const auto& driver = record.driver;
  auto* session = co_await work_.session();
  expect_next_version(co_await session->run(
      queries::hand_over_ride, ride.id, ride.version, record.match_id, ride.driver_id, driver.name,
      driver.vehicle, driver.plate, driver.rating, driver.ratings, ride.matched_at));
}

awaitable<void> PgStore::note(domain::RideId id, const contracts::StoryEntry& step) {
  auto* session = co_await work_.session();
  co_await session->run(queries::add_step, id, step.what, step.at, step.by, step.note);
}

awaitable<void> PgStore::call_attention(domain::RideId id, const contracts::Attention& attention) {
  auto* session = co_await work_.session();
  co_await session->run(queries::call_attention, id, attention.since, attention.reason);
}

awaitable<void> PgStore::save(const domain::ride::Payment& payment) {
  auto* session = co_await work_.session();
  expect_next_version(
      co_await session->run_with(queries::save_payment, parameters_to_save(payment)));
}

awaitable<void> PgStore::post(base::Uuid key,
                              const std::vector<domain::ledger::Transfer>& transfers) {
  if (transfers.empty()) co_return;
  auto* session = co_await work_.session();
  contracts::LedgerPosted posted;
  for (const auto& transfer : transfers) {
    const auto& entry = posted.entries.emplace_back(
        entry_of(transfer, work_.new_id<domain::LedgerEntryId>(), work_.now()));
    co_await session->run(queries::post_transfer, entry.entry_id, entry.cause, entry.kind,
                          entry.debit_account, entry.credit_account, entry.amount.amount,
                          base::code(entry.amount.currency), entry.posted_at);
  }
  co_await work_.announce(contracts::events::ledger_posted, base::Id<struct AnyTag>{key}, posted);
}

awaitable<base::Money> PgStore::balance(const domain::ledger::Account& account,
                                        base::Currency currency) {
  const auto rows = co_await pool_.run(queries::balance, account.text(), base::code(currency));
  co_return base::Money{rows.front().get<std::int64_t>("balance"), currency};
}

}  // namespace services::rides
