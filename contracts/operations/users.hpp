#pragma once

/// Accounts, logins, drivers.

#include <tuple>

#include "contracts/operation.hpp"
#include "contracts/users.hpp"

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
     {otp_refused, otp_locked}}};
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
inline constexpr Operation<DriverRef, DriverProfile> approve_driver{
    {"approve_driver",
     "Let a registered driver drive",
     post, "/admin/v1/drivers/{driver_id}/approve", "", Owner::users,
     "users.approve_driver", Role::staff, 200, {not_found, illegal_transition}, "drivers:write"}};

// clang-format on

inline constexpr auto all_of_users =
    std::tuple{request_otp, verify_otp,      refresh_tokens, logout,        get_me,
               update_me,   register_driver, get_snapshot,   approve_driver};

}  // namespace contracts::operations
