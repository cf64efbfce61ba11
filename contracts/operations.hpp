#pragma once

/// Every operation of the API, one row each.

#include <array>
#include <tuple>

#include "contracts/location.hpp"
#include "contracts/match.hpp"
#include "contracts/operation.hpp"
#include "contracts/rides.hpp"
#include "contracts/users.hpp"

namespace contracts::operations {

using enum Method;
using enum domain::Rejection;

// clang-format off

// users

inline constexpr Operation<RequestOtp, OtpChallenge> request_otp{
    {"request_otp", post, "/v1/auth/otp", "", Owner::users, "users.request_otp", Role::anyone, 202,
     {msisdn_invalid, country_not_allowed, otp_throttled, otp_locked}}};
inline constexpr Operation<VerifyOtp, Tokens> verify_otp{
    {"verify_otp", post, "/v1/auth/otp/verify", "", Owner::users, "users.verify_otp", Role::anyone, 200,
     {otp_refused, otp_locked}}};
inline constexpr Operation<RefreshTokens, Tokens> refresh_tokens{
    {"refresh_tokens", post, "/v1/auth/refresh", "", Owner::users, "users.refresh_tokens", Role::anyone, 200,
     {refresh_refused}}};
inline constexpr Operation<NoArguments, Nothing> logout{
    {"logout", post, "/v1/auth/logout", "", Owner::users, "users.logout", Role::user, 204, {}}};
inline constexpr Operation<NoArguments, Profile> get_me{
    {"get_me", get, "/v1/me", "", Owner::users, "users.get_me", Role::user, 200, {not_found}}};
inline constexpr Operation<UpdateProfile, Profile> update_me{
    {"update_me", patch, "/v1/me", "", Owner::users, "users.update_me", Role::user, 200, {not_found}}};
inline constexpr Operation<RegisterDriver, DriverProfile> register_driver{
    {"register_driver", post, "/v1/me/driver", "", Owner::users, "users.register_driver", Role::user, 201,
     {driver_already_registered, plate_taken, payout_account_invalid, invalid_value}}};
inline constexpr Operation<NoArguments, Snapshot> get_snapshot{
    {"get_snapshot", get, "/v1/me/snapshot", "", Owner::users, "users.get_snapshot", Role::user, 200, {}}};
inline constexpr Operation<DriverRef, DriverProfile> approve_driver{
    {"approve_driver", post, "/admin/v1/drivers/{driver_id}/approve", "", Owner::users,
     "users.approve_driver", Role::staff, 200, {not_found, illegal_transition}, "drivers:write"}};

// match

inline constexpr Operation<SetBeacon, Beacon> set_beacon{
    {"set_beacon", put, "/v1/me/driver/beacon", "beacon.set", Owner::match, "match.set_beacon", Role::driver, 200,
     {driver_not_approved, driver_suspended}}};
inline constexpr Operation<CreateRequest, RequestView> create_request{
    {"create_request", post, "/v1/requests", "request.create", Owner::match, "match.create_request", Role::user, 201,
     {request_already_open, trip_too_short, trip_too_long, vehicle_not_offered, driver_busy}}};
inline constexpr Operation<RequestRef, RequestView> get_request{
    {"get_request", get, "/v1/requests/{request_id}", "", Owner::match, "match.get_request", Role::user, 200,
     {not_found}}};
inline constexpr Operation<RequestRef, RequestView> cancel_request{
    {"cancel_request", post, "/v1/requests/{request_id}/cancel", "request.cancel", Owner::match,
     "match.cancel_request", Role::user, 200, {not_found, request_closed, already_matched}}};
inline constexpr Operation<ProposalRef, ProposalView> accept_proposal{
    {"accept_proposal", post, "/v1/proposals/{match_id}/accept", "proposal.accept", Owner::match,
     "match.accept_proposal", Role::driver, 200,
     {not_found, proposal_closed, already_matched, request_closed, driver_busy}}};
inline constexpr Operation<ProposalRef, ProposalView> decline_proposal{
    {"decline_proposal", post, "/v1/proposals/{match_id}/decline", "proposal.decline", Owner::match,
     "match.decline_proposal", Role::driver, 200, {not_found, proposal_closed}}};
inline constexpr Operation<FindNearbyDrivers, NearbyDrivers> find_nearby_drivers{
    {"find_nearby_drivers", get, "/v1/drivers/nearby", "", Owner::match, "match.find_nearby_drivers", Role::user,
     200, {}}};

// rides

inline constexpr Operation<EstimateFare, FareEstimate> estimate_fare{
    {"estimate_fare", post, "/v1/estimates", "", Owner::rides, "rides.estimate_fare", Role::user, 200,
     {trip_too_short, trip_too_long}}};
inline constexpr Operation<RideRef, RideView> get_ride{
    {"get_ride", get, "/v1/rides/{ride_id}", "", Owner::rides, "rides.get_ride", Role::user, 200, {not_found}}};
inline constexpr Operation<RideRef, RideView> arrive{
    {"arrive", post, "/v1/rides/{ride_id}/arrive", "ride.arrive", Owner::rides, "rides.arrive", Role::driver, 200,
     {not_found, wrong_role, illegal_transition, too_far}}};
inline constexpr Operation<StartRide, RideView> start_ride{
    {"start_ride", post, "/v1/rides/{ride_id}/start", "ride.start", Owner::rides, "rides.start", Role::driver, 200,
     {not_found, wrong_role, illegal_transition, too_far, wrong_pin, pin_locked}}};
inline constexpr Operation<CompleteRide, RideView> complete_ride{
    {"complete_ride", post, "/v1/rides/{ride_id}/complete", "ride.complete", Owner::rides, "rides.complete",
     Role::driver, 200,
     {not_found, wrong_role, illegal_transition, adjustment_out_of_range, sequence_regressed}}};
inline constexpr Operation<CancelRide, RideView> cancel_ride{
    {"cancel_ride", post, "/v1/rides/{ride_id}/cancel", "ride.cancel", Owner::rides, "rides.cancel", Role::user, 200,
     {not_found, illegal_transition, invalid_value}}};
inline constexpr Operation<RideRef, RideView> report_no_show{
    {"report_no_show", post, "/v1/rides/{ride_id}/no-show", "ride.no_show", Owner::rides, "rides.no_show",
     Role::driver, 200, {not_found, wrong_role, illegal_transition, too_early}}};
inline constexpr Operation<PayRide, PaymentView> pay_ride{
    {"pay_ride", post, "/v1/rides/{ride_id}/payments", "ride.pay", Owner::rides, "rides.pay", Role::user, 201,
     {not_found, wrong_role, illegal_transition, fare_not_final, payment_in_progress, already_paid, not_payable,
      payment_method_unavailable}}};
inline constexpr Operation<RideRef, PaymentView> confirm_cash{
    {"confirm_cash", post, "/v1/rides/{ride_id}/cash", "ride.cash", Owner::rides, "rides.confirm_cash", Role::driver,
     200, {not_found, wrong_role, illegal_transition, fare_not_final, already_paid, not_payable, payment_in_progress}}};
inline constexpr Operation<RideRef, Receipt> get_receipt{
    {"get_receipt", get, "/v1/rides/{ride_id}/receipt", "", Owner::rides, "rides.get_receipt", Role::user, 200,
     {not_found, fare_not_final, not_payable}}};
inline constexpr Operation<NoArguments, DriverBalance> get_balance{
    {"get_balance", get, "/v1/me/driver/balance", "", Owner::rides, "rides.get_balance", Role::driver, 200, {}}};

// location: asked by other services alone

inline constexpr Operation<FindDrivers, FoundDrivers> find_drivers{
    {"find_drivers", get, "", "", Owner::location, "location.find_drivers", Role::service, 200, {}}};
inline constexpr Operation<WhereIs, LastPositions> where_is{
    {"where_is", get, "", "", Owner::location, "location.where_is", Role::service, 200, {}}};

// clang-format on

inline constexpr auto all = std::tuple{
    request_otp,         verify_otp,      refresh_tokens, logout,          get_me,
    update_me,           register_driver, get_snapshot,   approve_driver,  set_beacon,
    create_request,      get_request,     cancel_request, accept_proposal, decline_proposal,
    find_nearby_drivers, estimate_fare,   get_ride,       arrive,          start_ride,
    complete_ride,       cancel_ride,     report_no_show, pay_ride,        confirm_cash,
    get_receipt,         get_balance,     find_drivers,   where_is};

}  // namespace contracts::operations
