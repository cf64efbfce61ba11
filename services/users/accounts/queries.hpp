#pragma once

#include "platform/postgres/session.hpp"

namespace services::users::accounts::queries {

using platform::postgres::Query;

inline constexpr Query lock_number{"lock_number",
                                   "select pg_advisory_xact_lock(hashtextextended($1, 0))"};

inline constexpr Query codes_to_number{
    "codes_to_number",
    "select issued_at from otp_codes where msisdn = $1 and issued_at > $2::timestamptz"};

inline constexpr Query codes_to_prefix{
    "codes_to_prefix",
    "select issued_at from otp_codes"
    " where left(msisdn, 6) = left($1, 6) and issued_at > $2::timestamptz"
    " order by issued_at desc limit 100"};

inline constexpr Query codes_from_address{
    "codes_from_address",
    "select issued_at from otp_codes where address = $1 and issued_at > $2::timestamptz"
    " order by issued_at desc limit 100"};

inline constexpr Query add_code{
    "add_code",
    "insert into otp_codes (challenge_id, msisdn, code_hmac, address, issued_at)"
    " values ($1, $2, $3, $4, $5)"};

inline constexpr Query find_code{
    "find_code",
    "select msisdn, code_hmac, issued_at, failed_checks, used_at from otp_codes"
    " where challenge_id = $1 for update"};

inline constexpr Query save_code{
    "save_code", "update otp_codes set failed_checks = $2, used_at = $3 where challenge_id = $1"};

inline constexpr Query forget_old_codes{
    "forget_old_codes",
    "delete from otp_codes where challenge_id in"
    " (select challenge_id from otp_codes where issued_at < $1::timestamptz limit 1000)"};

inline constexpr Query find_guard{"find_guard",
                                  "select failures, window_started_at, locked_until from otp_guards"
                                  " where msisdn = $1 for update"};

inline constexpr Query save_guard{
    "save_guard",
    "insert into otp_guards (msisdn, failures, window_started_at, locked_until)"
    " values ($1, $2, $3, $4)"
    " on conflict (msisdn) do update set failures = excluded.failures,"
    " window_started_at = excluded.window_started_at, locked_until = excluded.locked_until"};

inline constexpr Query add_session{
    "add_session",
    "insert into sessions (session_id, user_id, device, salt, generation, rotated_at, created_at,"
    " expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)"};

inline constexpr Query find_session{
    "find_session",
    "select session_id, user_id, device, salt, generation, rotated_at, created_at, expires_at,"
    " revoked_at from sessions where session_id = $1 for update"};

inline constexpr Query rotate_session{
    "rotate_session", "update sessions set generation = $2, rotated_at = $3 where session_id = $1"};

inline constexpr Query revoke_session{"revoke_session",
                                      "update sessions set revoked_at = $2 where session_id = $1"};

inline constexpr Query live_sessions{
    "live_sessions",
    "select session_id, user_id, device, salt, generation, rotated_at, created_at, expires_at,"
    " revoked_at from sessions where user_id = $1 and revoked_at is null and expires_at > now()"
    " order by created_at desc"};

/// Who a session is for, in one look: what the edge needs for every request.
inline constexpr Query find_principal{
    "find_principal",
    "select s.user_id, d.status, d.vehicle_type from sessions s"
    " left join drivers d on d.driver_id = s.user_id"
    " where s.session_id = $1 and s.revoked_at is null and s.expires_at > now()"};

inline constexpr Query add_user{
    "add_user",
    "insert into users (user_id, msisdn, created_at) values ($1, $2, $3)"
    " on conflict (msisdn) do nothing"};

inline constexpr Query user_of_number{"user_of_number",
                                      "select user_id from users where msisdn = $1"};

inline constexpr Query find_user{
    "find_user",
    "select u.msisdn, u.name, u.created_at, d.status, d.vehicle_type, d.vehicle, d.plate,"
    " d.payout_bank, d.payout_number, d.payout_holder, d.registered_at"
    " from users u left join drivers d on d.driver_id = u.user_id"
    " where u.user_id = $1 and u.deleted_at is null for update of u"};

// A login waits for whoever blocks the user, and the other way round.
inline constexpr Query user_state{
    "user_state",
    "select case when deleted_at is not null then 'deleted' when blocked_at is not null then"
    " 'blocked' else 'open' end as state from users where user_id = $1 for share"};

inline constexpr Query block_user{
    "block_user", "update users set blocked_at = $2, block_reason = $3 where user_id = $1"};

inline constexpr Query rename_user{"rename_user", "update users set name = $2 where user_id = $1"};

inline constexpr Query plate_taken{"plate_taken",
                                   "select 1 from drivers where plate = $1 and driver_id <> $2"};

inline constexpr Query save_driver{
    "save_driver",
    "insert into drivers (driver_id, status, vehicle_type, vehicle, plate, payout_bank,"
    " payout_number, payout_holder, registered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " on conflict (driver_id) do update set status = excluded.status,"
    " vehicle_type = excluded.vehicle_type, vehicle = excluded.vehicle, plate = excluded.plate,"
    " payout_bank = excluded.payout_bank, payout_number = excluded.payout_number,"
    " payout_holder = excluded.payout_holder, registered_at = excluded.registered_at"};

inline constexpr Query set_driver_status{
    "set_driver_status", "update drivers set status = $2, status_reason = $3 where driver_id = $1"};

// Deletion. What the number was sent to and guessed at is kept for a day otherwise, for the limits;
// the guard stays, so that deleting an account does not undo a lock.

inline constexpr Query remove_driver{"remove_driver", "delete from drivers where driver_id = $1"};

inline constexpr Query remove_sessions{"remove_sessions",
                                       "delete from sessions where user_id = $1"};

inline constexpr Query remove_snapshot{"remove_snapshot",
                                       "delete from snapshots where user_id = $1"};

inline constexpr Query anonymise_user{
    "anonymise_user",
    "update users set msisdn = null, name = null, block_reason = null,"
    " deleted_at = $2 where user_id = $1"};

// Staff.

inline constexpr Query find_staff_user{
    "find_staff_user",
    "select u.user_id, u.msisdn, u.name, u.created_at, u.deleted_at, u.blocked_at,"
    " u.block_reason, d.status"
    " from users u left join drivers d on d.driver_id = u.user_id"
    " where u.msisdn = $1 or u.user_id = $2::uuid"};

inline constexpr Query list_drivers{
    "list_drivers",
    "select d.driver_id, d.status, d.vehicle_type, d.vehicle, d.plate, d.payout_bank,"
    " d.payout_number, d.payout_holder, d.registered_at, d.status_reason, u.name, u.msisdn"
    " from drivers d join users u on u.user_id = d.driver_id"
    " where ($1::text is null or u.msisdn = $1) and ($2::text is null or d.plate = $2)"
    " and ($3::text is null or d.status = $3) and ($4::uuid is null or d.driver_id > $4)"
    " order by d.driver_id limit $5"};

inline constexpr Query find_snapshot{"find_snapshot",
                                     "select n, document from snapshots where user_id = $1"};

/// So that there is a row to lock: two consumers may have the first event of one user at once. What
/// still comes for somebody who is deleted is shown to nobody.
inline constexpr Query ensure_snapshot{
    "ensure_snapshot",
    "insert into snapshots (user_id, n, document) select $1::uuid, 0, '{}' where not exists"
    " (select from users where user_id = $1::uuid and deleted_at is not null)"
    " on conflict do nothing"};

/// Of users (first list), those whose document is newer than what they were shown (second).
inline constexpr Query newer_snapshots{
    "newer_snapshots",
    "select s.user_id, s.n, s.document from snapshots s "
    "join unnest($1::uuid[], $2::bigint[]) as shown (user_id, n) on shown.user_id = s.user_id "
    "where s.n > shown.n"};

inline constexpr Query lock_snapshot{
    "lock_snapshot", "select n, document from snapshots where user_id = $1 for update"};

inline constexpr Query save_snapshot{
    "save_snapshot", "update snapshots set n = $2, document = $3 where user_id = $1"};

inline constexpr Query add_api_key{
    "add_api_key",
    "insert into api_keys (key_id, name, secret_hash, scopes, created_at, expires_at)"
    " values ($1, $2, $3, $4, $5, $6)"};

inline constexpr Query find_api_key{
    "find_api_key",
    "select name, secret_hash, array_to_string(scopes, ' ') as scopes from api_keys"
    " where key_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())"};

inline constexpr Query list_api_keys{
    "list_api_keys",
    "select key_id, name, array_to_string(scopes, ' ') as scopes, created_at, expires_at,"
    " revoked_at from api_keys order by created_at"};

inline constexpr Query revoke_api_key{
    "revoke_api_key",
    "update api_keys set revoked_at = now() where key_id = $1 and revoked_at is null"};

}  // namespace services::users::accounts::queries
