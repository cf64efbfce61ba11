#include "services/users/accounts/pg_store.hpp"

#include "services/users/accounts/queries.hpp"

namespace services::users::accounts {

namespace identity = domain::identity;
namespace postgres = platform::postgres;

namespace {

constexpr auto history_kept = std::chrono::hours{24};

std::vector<base::Instant> instants(const postgres::Rows& rows) {
  std::vector<base::Instant> result;
  for (const auto row : rows) result.push_back(row.get<base::Instant>("issued_at"));
  return result;
}

Session session_of(const postgres::Row& row) {
  return {.id = row.get<domain::SessionId>("session_id"),
          .user_id = row.get<domain::UserId>("user_id"),
          .device = row.maybe<std::string>("device"),
          .salt = row.get<std::string>("salt"),
          .generation = row.get<std::int64_t>("generation"),
          .rotated_at = row.get<base::Instant>("rotated_at"),
          .created_at = row.get<base::Instant>("created_at"),
          .expires_at = row.get<base::Instant>("expires_at"),
          .revoked_at = row.maybe<base::Instant>("revoked_at")};
}

std::optional<contracts::DriverProfile> driver_of(const postgres::Row& row, domain::UserId user) {
  const auto status = row.maybe<identity::DriverStatus>("status");
  if (!status) return {};
  return contracts::DriverProfile{
      .driver_id = user,
      .status = *status,
      .vehicle_type = row.get<domain::VehicleType>("vehicle_type"),
      .vehicle = row.get<std::string>("vehicle"),
      .plate = row.get<std::string>("plate"),
      .payout_account = {.bank = row.get<std::string>("payout_bank"),
                         .number = row.get<std::string>("payout_number"),
                         .holder = row.get<std::string>("payout_holder")},
      .registered_at = row.get<base::Instant>("registered_at")};
}

}  // namespace

awaitable<postgres::Rows> PgStore::run_with(postgres::Query query,
                                            std::vector<postgres::Text> parameters) {
  auto* session = co_await work_.session();
  co_return co_await session->run_with(query, std::move(parameters));
}

awaitable<void> PgStore::lock_number(std::string msisdn) {
  co_await run(queries::lock_number, msisdn);
}

awaitable<SendHistory> PgStore::history(std::string msisdn, std::string address,
                                        base::Instant now) {
  const auto since = now - history_kept;
  SendHistory history;
  history.to_number = instants(co_await run(queries::codes_to_number, msisdn, since));
  history.to_prefix = instants(co_await run(queries::codes_to_prefix, msisdn, since));
  history.from_address = instants(co_await run(queries::codes_from_address, address, since));
  co_return history;
}

awaitable<void> PgStore::add(StoredChallenge challenge, std::string address) {
  co_await run(queries::add_code, challenge.challenge.id, challenge.msisdn, challenge.code_hmac,
               address, challenge.challenge.issued_at);
}

awaitable<std::optional<StoredChallenge>> PgStore::find(domain::ChallengeId id) {
  const auto rows = co_await run(queries::find_code, id);
  if (rows.empty()) co_return std::nullopt;
  const auto row = rows.front();
  co_return StoredChallenge{.challenge = {.id = id,
                                          .issued_at = row.get<base::Instant>("issued_at"),
                                          .failed_checks = row.get<int>("failed_checks"),
                                          .used_at = row.maybe<base::Instant>("used_at")},
                            .msisdn = row.get<std::string>("msisdn"),
                            .code_hmac = row.get<std::string>("code_hmac")};
}

awaitable<identity::NumberGuard> PgStore::guard(std::string msisdn, base::Instant now) {
  const auto rows = co_await run(queries::find_guard, msisdn);
  if (rows.empty()) co_return identity::NumberGuard{.failures = 0, .window_started_at = now};
  const auto row = rows.front();
  co_return identity::NumberGuard{.failures = row.get<int>("failures"),
                                  .window_started_at = row.get<base::Instant>("window_started_at"),
                                  .locked_until = row.maybe<base::Instant>("locked_until")};
}

awaitable<void> PgStore::save(identity::OtpCheck check, std::string msisdn) {
  co_await run(queries::save_code, check.challenge.id, check.challenge.failed_checks,
               check.challenge.used_at);
  co_await run(queries::save_guard, msisdn, check.guard.failures, check.guard.window_started_at,
               check.guard.locked_until);
}

awaitable<void> PgStore::add(Session session) {
  co_await run(queries::add_session, session.id, session.user_id, session.device, session.salt,
               session.generation, session.rotated_at, session.created_at, session.expires_at);
}

awaitable<std::optional<Session>> PgStore::find(domain::SessionId id) {
  const auto rows = co_await run(queries::find_session, id);
  if (rows.empty()) co_return std::nullopt;
  co_return session_of(rows.front());
}

awaitable<void> PgStore::rotate(domain::SessionId id, std::int64_t generation, base::Instant at) {
  co_await run(queries::rotate_session, id, generation, at);
}

awaitable<void> PgStore::revoke(domain::SessionId id, base::Instant at) {
  co_await run(queries::revoke_session, id, at);
}

awaitable<std::vector<Session>> PgStore::live(domain::UserId user) {
  const auto rows = co_await run(queries::live_sessions, user);
  std::vector<Session> sessions;
  for (const auto row : rows) sessions.push_back(session_of(row));
  co_return sessions;
}

awaitable<domain::UserId> PgStore::find_or_add(std::string msisdn, domain::UserId fresh,
                                               base::Instant at) {
  co_await run(queries::add_user, fresh, msisdn, at);
  const auto rows = co_await run(queries::user_of_number, msisdn);
  co_return rows.front().get<domain::UserId>("user_id");
}

awaitable<std::optional<contracts::Profile>> PgStore::find(domain::UserId user) {
  const auto rows = co_await run(queries::find_user, user);
  if (rows.empty()) co_return std::nullopt;
  const auto row = rows.front();
  co_return contracts::Profile{.user_id = user,
                               .msisdn = row.get<std::string>("msisdn"),
                               .name = row.maybe<std::string>("name"),
                               .created_at = row.get<base::Instant>("created_at"),
                               .driver = driver_of(row, user)};
}

awaitable<void> PgStore::rename(domain::UserId user, std::string name) {
  co_await run(queries::rename_user, user, name);
}

awaitable<identity::AccountState> PgStore::state(domain::UserId user) {
  const auto rows = co_await run(queries::user_state, user);
  if (rows.empty()) co_return identity::AccountState::deleted;
  co_return rows.front().get<identity::AccountState>("state");
}

awaitable<void> PgStore::set_blocked(domain::UserId user, std::optional<base::Instant> at,
                                     std::string reason) {
  co_await run(queries::block_user, user, at, reason);
}

awaitable<bool> PgStore::plate_is_taken(std::string plate, domain::UserId by_other_than) {
  const auto rows = co_await run(queries::plate_taken, plate, by_other_than);
  co_return !rows.empty();
}

awaitable<void> PgStore::save_driver(contracts::DriverProfile driver) {
  co_await run(queries::save_driver, driver.driver_id, driver.status, driver.vehicle_type,
               driver.vehicle, driver.plate, driver.payout_account.bank,
               driver.payout_account.number, driver.payout_account.holder, driver.registered_at);
}

awaitable<void> PgStore::set_driver_status(domain::DriverId driver, identity::DriverStatus status,
                                           std::optional<std::string> reason) {
  co_await run(queries::set_driver_status, driver, status, reason);
}

awaitable<void> PgStore::remove(domain::UserId user, base::Instant at) {
  co_await run(queries::remove_driver, user);
  co_await run(queries::remove_sessions, user);
  co_await run(queries::remove_snapshot, user);
  co_await run(queries::anonymise_user, user, at);
}

awaitable<contracts::Snapshot> PgStore::snapshot(domain::UserId user) {
  const auto rows = co_await run(queries::find_snapshot, user);
  if (rows.empty()) co_return contracts::Snapshot{.n = 0, .document = boost::json::object{}};
  auto document = base::json::parse(rows.front().get<std::string>("document"));
  if (!document) throw std::runtime_error{"a stored snapshot can't be read"};
  co_return contracts::Snapshot{.n = rows.front().get<std::int64_t>("n"),
                                .document = *std::move(document)};
}

awaitable<std::optional<contracts::StaffUser>> PgStore::find_user(contracts::FindUsers by) {
  const auto rows = co_await run(queries::find_staff_user, by.msisdn, by.user_id);
  if (rows.empty()) co_return std::nullopt;
  const auto row = rows.front();
  co_return contracts::StaffUser{.user_id = row.get<domain::UserId>("user_id"),
                                 .msisdn = row.maybe<std::string>("msisdn"),
                                 .name = row.maybe<std::string>("name"),
                                 .created_at = row.get<base::Instant>("created_at"),
                                 .deleted_at = row.maybe<base::Instant>("deleted_at"),
                                 .driver_status = row.maybe<identity::DriverStatus>("status"),
                                 .blocked_at = row.maybe<base::Instant>("blocked_at"),
                                 .block_reason = row.maybe<std::string>("block_reason")};
}

awaitable<std::vector<contracts::StaffDriver>> PgStore::list_drivers(
    contracts::ListDrivers question) {
  const auto rows = co_await run(queries::list_drivers, question.msisdn, question.plate,
                                 question.status, question.after, question.limit);
  std::vector<contracts::StaffDriver> drivers;
  for (const auto row : rows) {
    drivers.push_back({.driver = driver_of(row, row.get<domain::UserId>("driver_id")).value(),
                       .name = row.maybe<std::string>("name"),
                       .msisdn = row.get<std::string>("msisdn"),
                       .reason = row.maybe<std::string>("status_reason")});
  }
  co_return drivers;
}

}  // namespace services::users::accounts
