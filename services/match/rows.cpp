#include "services/match/rows.hpp"

#include <cmath>

#include "services/match/queries.hpp"

namespace services::match {
namespace {

using platform::postgres::Row;

/// To a tenth.
std::optional<double> mean(std::int64_t stars, std::int64_t ratings) {
  if (ratings == 0) return {};
  return std::round(10.0 * static_cast<double>(stars) / static_cast<double>(ratings)) / 10;
}

contracts::DriverCard card_of(const Row& row) {
  const auto ratings = row.get<std::int64_t>("ratings");
  contracts::DriverCard card{.driver_id = row.get<domain::DriverId>("driver_id"),
                             .name = row.get<std::string>("name"),
                             .vehicle_type = row.get<domain::VehicleType>("vehicle_type"),
                             .vehicle = row.get<std::string>("vehicle"),
                             .plate = row.get<std::string>("plate"),
                             .rating = mean(row.get<std::int64_t>("stars"), ratings)};
  if (ratings > 0) card.ratings = ratings;
  return card;
}

domain::match::MatchRequest request_of(const Row& row) {
  return {.id = row.get<domain::RequestId>("request_id"),
          .passenger_id = row.get<domain::PassengerId>("passenger_id"),
          .pickup = {row.get<double>("pickup_latitude"), row.get<double>("pickup_longitude")},
          .destination = {row.get<double>("destination_latitude"),
                          row.get<double>("destination_longitude")},
          .vehicle_type = row.get<domain::VehicleType>("vehicle_type"),
          .state = row.get<domain::match::RequestState>("state"),
          .driver_id = row.maybe<domain::DriverId>("driver_id"),
          .created_at = row.get<base::Instant>("created_at"),
          .searching_since = row.get<base::Instant>("searching_since"),
          .expires_at = row.get<base::Instant>("expires_at"),
          .reason = row.maybe<domain::match::UnfulfilledReason>("unfulfilled_reason"),
          .version = row.get<std::int64_t>("version")};
}

DriverRecord driver_record_of(const Row& row) {
  return {.slot = {.driver_id = row.get<domain::DriverId>("driver_id"),
                   .vehicle_type = row.get<domain::VehicleType>("vehicle_type"),
                   .beacon_on = row.get<bool>("beacon_on"),
                   .held_by = row.maybe<domain::RequestId>("held_by")},
          .held_as = row.maybe<HeldAs>("held_as"),
          .status = row.get<domain::identity::DriverStatus>("status"),
          .idle_since = row.get<base::Instant>("idle_since"),
          .card = card_of(row)};
}

}  // namespace

RequestRecord request_record_of(const Row& row) {
  RequestRecord record{.request = request_of(row),
                       .pickup_label = row.maybe<std::string>("pickup_label"),
                       .destination_label = row.maybe<std::string>("destination_label"),
                       .driver = {}};
  if (record.request.driver_id) record.driver = card_of(row);
  return record;
}

ProposalRecord proposal_of(const Row& row) {
  return {.proposal = {.id = row.get<domain::MatchId>("match_id"),
                       .request_id = row.get<domain::RequestId>("request_id"),
                       .driver_id = row.get<domain::DriverId>("driver_id"),
                       .state = row.get<domain::match::ProposalState>("state"),
                       .proposed_at = row.get<base::Instant>("proposed_at"),
                       .expires_at = row.get<base::Instant>("expires_at"),
                       .answered_at = row.maybe<base::Instant>("answered_at")},
          .distance = {row.get<double>("pickup_metres")}};
}

awaitable<std::vector<RequestRecord>> read_requests(platform::postgres::Session& session,
                                                    const std::vector<domain::RequestId>& ids) {
  std::vector<RequestRecord> records;
  if (ids.empty()) co_return records;
  const auto rows = co_await session.run(queries::read_requests, ids);
  for (const auto row : rows) records.push_back(request_record_of(row));
  co_return records;
}

awaitable<std::vector<DriverRecord>> read_drivers(platform::postgres::Session& session,
                                                  const std::vector<domain::DriverId>& ids) {
  std::vector<DriverRecord> records;
  if (ids.empty()) co_return records;
  const auto rows = co_await session.run(queries::read_drivers, ids);
  for (const auto row : rows) records.push_back(driver_record_of(row));
  co_return records;
}

}  // namespace services::match
