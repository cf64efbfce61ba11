#include "services/rides/archive.hpp"

#include <algorithm>

#include "services/rides/queries.hpp"
#include "services/rides/rows.hpp"

namespace services::rides {
namespace {

namespace postgres = platform::postgres;
using postgres::Row;

/// By whichever index finds the fewest.
const postgres::Query& search_for(const contracts::SearchRides& question) {
  if (question.passenger_id) return queries::search_of_passenger;
  if (question.driver_id) return queries::search_of_driver;
  if (question.needs_attention.value_or(false)) return queries::search_of_attention;
  return queries::search_of_anybody;
}

contracts::StoryEntry step_of(const Row& row) {
  return {.at = row.get<base::Instant>("at"),
          .what = row.get<std::string>("what"),
          .by = row.get<std::string>("by"),
          .note = row.maybe<std::string>("note")};
}

domain::ride::Rating rating_of(const Row& row) {
  return {.ride_id = row.get<domain::RideId>("ride_id"),
          .by = row.get<domain::ride::Side>("by_side"),
          .stars = row.get<int>("stars"),
          .comment = row.get<std::string>("comment"),
          .at = row.get<base::Instant>("rated_at")};
}

contracts::LedgerEntry entry_of(const Row& row) {
  const auto transfer = transfer_of(row);
  return {.entry_id = row.get<domain::LedgerEntryId>("entry_id"),
          .kind = transfer.kind,
          .cause = transfer.cause.text(),
          .debit_account = transfer.debit_account.text(),
          .credit_account = transfer.credit_account.text(),
          .amount = transfer.amount,
          .posted_at = row.get<base::Instant>("posted_at")};
}

}  // namespace

awaitable<std::vector<RideRecord>> Archive::search(const contracts::SearchRides& question) {
  const std::int64_t one_more = question.limit.value_or(page_size_default) + 1;
  const auto found = co_await pool_.run(search_for(question), question.ride_id,
                                        question.passenger_id, question.driver_id, question.state,
                                        question.needs_attention.value_or(false), question.from,
                                        question.until, question.cursor, one_more);
  std::vector<domain::RideId> ids;
  for (const auto row : found) ids.push_back(row.get<domain::RideId>("ride_id"));
  std::vector<RideRecord> records;
  for (const auto row : co_await pool_.run(queries::find_rides, ids)) {
    records.push_back(record_of(row));
  }
  std::ranges::reverse(records);
  co_return records;
}

awaitable<std::vector<contracts::StoryEntry>> Archive::steps(domain::RideId id) {
  std::vector<contracts::StoryEntry> steps;
  for (const auto row : co_await pool_.run(queries::steps_of_ride, id)) {
    steps.push_back(step_of(row));
  }
  co_return steps;
}

awaitable<std::vector<contracts::LedgerEntry>> Archive::entries(const RideRecord& record) {
  using domain::ledger::Cause;
  using domain::ledger::CauseKind;
  std::vector<std::string> causes{Cause{CauseKind::ride, record.ride.id.uuid}.text()};
  if (record.payment) causes.push_back(Cause{CauseKind::payment, record.payment->id.uuid}.text());
  std::vector<contracts::LedgerEntry> entries;
  for (const auto row : co_await pool_.run(queries::entries_of_causes, causes)) {
    entries.push_back(entry_of(row));
  }
  co_return entries;
}

awaitable<std::vector<domain::ride::Rating>> Archive::ratings(domain::RideId id) {
  std::vector<domain::ride::Rating> ratings;
  for (const auto row : co_await pool_.run(queries::ratings_of_ride, id)) {
    ratings.push_back(rating_of(row));
  }
  co_return ratings;
}

awaitable<void> Archive::add(const domain::ride::Rating& rating) {
  auto* session = co_await work_.session();
  co_await session->run(queries::add_rating, rating.ride_id, rating.by, rating.stars,
                        rating.comment, rating.at);
}

}  // namespace services::rides
