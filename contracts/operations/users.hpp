#pragma once

/// Accounts, logins, drivers.

#include <tuple>

#include "contracts/account.hpp"
#include "contracts/operation.hpp"
#include "contracts/staff.hpp"

namespace contracts::operations {

using enum Method;
using enum domain::Rejection;

// clang-format off

inline constexpr Operation<RequestOtp, OtpChallenge> request_otp{
    {"request_otp",
     "Send a login code to a phone number. Always accepted, whether the number is known or not",
     post, "/v1/auth/otp", "", Owner::users, "users.request_otp", Role::anyone, 202,
     {msisdn_invalid, country_not_allowed, otp_throttled, otp_locked}}};
inline constexpr Operation<VerifyOtp, Tokens> verify_otp{
    {"verify_otp",
     "Log in with the code: an access token and a refresh token",
     post, "/v1/auth/otp/verify", "", Owner::users, "users.verify_otp", Role::anyone, 200,
     {otp_refused, otp_locked, account_blocked}}};
inline constexpr Operation<RefreshTokens, Tokens> refresh_tokens{
    {"refresh_tokens",
     "New tokens for a refresh token, which can be used once",
     post, "/v1/auth/refresh", "", Owner::users, "users.refresh_tokens", Role::anyone, 200,
     {refresh_refused}}};
inline constexpr Operation<NoArguments, Nothing> logout{
    {"logout",
     "End this session and close its sockets",
     post, "/v1/auth/logout", "", Owner::users, "users.logout", Role::user, 204, {}}};
inline constexpr Operation<NoArguments, Profile> get_me{
    {"get_me",
     "The caller's profile",
     get, "/v1/me", "", Owner::users, "users.get_me", Role::user, 200, {not_found}}};
inline constexpr Operation<UpdateProfile, Profile> update_me{
    {"update_me",
     "Change the caller's profile",
     patch, "/v1/me", "", Owner::users, "users.update_me", Role::user, 200, {not_found}}};
inline constexpr Operation<RegisterDriver, DriverProfile> register_driver{
    {"register_driver",
     "Register the caller as a driver, with vehicle and payout account",
     post, "/v1/me/driver", "", Owner::users, "users.register_driver", Role::user, 201,
     {driver_already_registered, plate_taken, payout_account_invalid, invalid_value}}};
inline constexpr Operation<NoArguments, Snapshot> get_snapshot{
    {"get_snapshot",
     "All that the caller's screens show that is not momentary, with its number as ETag",
     get, "/v1/me/snapshot", "", Owner::users, "users.get_snapshot", Role::user, 200, {}}};
inline constexpr Operation<NoArguments, Sessions> list_sessions{
    {"list_sessions",
     "Where the caller is logged in",
     get, "/v1/me/sessions", "", Owner::users, "users.list_sessions", Role::user, 200, {}}};
inline constexpr Operation<SessionRef, Nothing> end_session{
    {"end_session",
     "End a session of the caller's and close its sockets",
     del, "/v1/me/sessions/{session_id}", "", Owner::users, "users.end_session", Role::user, 204,
     {not_found}}};
inline constexpr Operation<NoArguments, EndedSessions> end_other_sessions{
    {"end_other_sessions",
     "End all sessions of the caller's but this one",
     post, "/v1/me/sessions/end-others", "", Owner::users, "users.end_other_sessions", Role::user,
     200, {}}};
inline constexpr Operation<ExportMe, AccountExport> export_me{
    {"export_me",
     "Everything held about the caller, page by page",
     get, "/v1/me/export", "", Owner::users, "users.export_me", Role::user, 200, {not_found}}};
inline constexpr Operation<DeleteMe, Nothing> delete_me{
    {"delete_me",
     "Delete the caller's account. What the books need stays, without a name",
     del, "/v1/me", "", Owner::users, "users.delete_me", Role::user, 204,
     {account_in_use, payment_in_progress, wallet_not_empty}}};

inline constexpr Operation<FindUsers, StaffUsers> find_users{
    {"find_users",
     "The user of a number or an id",
     get, "/admin/v1/users", "", Owner::users, "users.find_users", Role::staff, 200,
     {msisdn_invalid, country_not_allowed}, "users:read"}};
inline constexpr Operation<UserDecision, StaffUser> block_user{
    {"block_user",
     "End all sessions of a user and let nobody log in to the account",
     post, "/admin/v1/users/{user_id}/block", "", Owner::users, "users.block_user", Role::staff,
     200, {not_found, illegal_transition}, "users:write"}};
inline constexpr Operation<UserDecision, StaffUser> unblock_user{
    {"unblock_user",
     "Let a blocked user log in again",
     post, "/admin/v1/users/{user_id}/unblock", "", Owner::users, "users.unblock_user",
     Role::staff, 200, {not_found, illegal_transition}, "users:write"}};
inline constexpr Operation<ListDrivers, DriverPage> list_drivers{
    {"list_drivers",
     "Drivers by number, plate or status, page by page",
     get, "/admin/v1/drivers", "", Owner::users, "users.list_drivers", Role::staff, 200,
     {msisdn_invalid, country_not_allowed, invalid_value}, "drivers:read"}};
inline constexpr Operation<DriverRef, DriverProfile> approve_driver{
    {"approve_driver",
     "Let a registered driver drive",
     post, "/admin/v1/drivers/{driver_id}/approve", "", Owner::users,
     "users.approve_driver", Role::staff, 200, {not_found, illegal_transition}, "drivers:write"}};
inline constexpr Operation<DriverDecision, DriverProfile> reject_driver{
    {"reject_driver",
     "Refuse a registered driver, who may apply again",
     post, "/admin/v1/drivers/{driver_id}/reject", "", Owner::users,
     "users.reject_driver", Role::staff, 200, {not_found, illegal_transition}, "drivers:write"}};
inline constexpr Operation<DriverDecision, DriverProfile> suspend_driver{
    {"suspend_driver",
     "Take a driver off duty. A running ride may be finished",
     post, "/admin/v1/drivers/{driver_id}/suspend", "", Owner::users,
     "users.suspend_driver", Role::staff, 200, {not_found, illegal_transition}, "drivers:write"}};
inline constexpr Operation<DriverDecision, DriverProfile> reinstate_driver{
    {"reinstate_driver",
     "Let a suspended driver drive again",
     post, "/admin/v1/drivers/{driver_id}/reinstate", "", Owner::users,
     "users.reinstate_driver", Role::staff, 200, {not_found, illegal_transition}, "drivers:write"}};
inline constexpr Operation<PresentedKey, KnownKey> check_api_key{
    {"check_api_key",
     "Whose API key this is, and what it may do",
     get, "", "", Owner::users, "users.check_api_key", Role::service, 200, {}}};
inline constexpr Operation<DriverRef, PayoutAccount> get_payout_account{
    {"get_payout_account",
     "Where a driver is paid out to, unmasked",
     get, "", "", Owner::users, "users.get_payout_account", Role::service, 200, {not_found}}};

// clang-format on

inline constexpr auto all_of_users = std::tuple{
    request_otp,        verify_otp,      refresh_tokens,    logout,        get_me,
    update_me,          register_driver, get_snapshot,      list_sessions, end_session,
    end_other_sessions, export_me,       delete_me,         find_users,    block_user,
    unblock_user,       list_drivers,    approve_driver,    reject_driver, suspend_driver,
    reinstate_driver,   check_api_key,   get_payout_account};

}  // namespace contracts::operations
