#pragma once

/// The ride, its fare, paying for it.

#include <tuple>

#include "contracts/operation.hpp"
#include "contracts/rides.hpp"

namespace contracts::operations {

using enum Method;
using enum domain::Rejection;

// clang-format off

inline constexpr Operation<EstimateFare, FareEstimate> estimate_fare{
    {"estimate_fare",
     "The fare to expect for each vehicle type",
     post, "/v1/estimates", "", Owner::rides, "rides.estimate_fare", Role::user, 200,
     {trip_too_short, trip_too_long}}};
inline constexpr Operation<RideRef, RideView> get_ride{
    {"get_ride",
     "A ride of the caller's, as passenger or driver",
     get, "/v1/rides/{ride_id}", "", Owner::rides, "rides.get_ride", Role::user, 200, {not_found}}};
inline constexpr Operation<RideRef, RideView> arrive{
    {"arrive",
     "The driver is at the pickup",
     post, "/v1/rides/{ride_id}/arrive", "ride.arrive", Owner::rides, "rides.arrive", Role::driver, 200,
     {not_found, wrong_role, illegal_transition, too_far}}};
inline constexpr Operation<StartRide, RideView> start_ride{
    {"start_ride",
     "The passenger is in: the meter runs from here. Needs the passenger's PIN",
     post, "/v1/rides/{ride_id}/start", "ride.start", Owner::rides, "rides.start", Role::driver, 200,
     {not_found, wrong_role, illegal_transition, too_far, wrong_pin, pin_locked}}};
inline constexpr Operation<CompleteRide, RideView> complete_ride{
    {"complete_ride",
     "The trip has ended: the meter stops here. The driver may lower the fare",
     post, "/v1/rides/{ride_id}/complete", "ride.complete", Owner::rides, "rides.complete",
     Role::driver, 200,
     {not_found, wrong_role, illegal_transition, adjustment_out_of_range, sequence_regressed}}};
inline constexpr Operation<CancelRide, RideView> cancel_ride{
    {"cancel_ride",
     "Call the ride off before it starts. A fee may be due",
     post, "/v1/rides/{ride_id}/cancel", "ride.cancel", Owner::rides, "rides.cancel", Role::user, 200,
     {not_found, illegal_transition, invalid_value}}};
inline constexpr Operation<RideRef, RideView> report_no_show{
    {"report_no_show",
     "The passenger did not come in time",
     post, "/v1/rides/{ride_id}/no-show", "ride.no_show", Owner::rides, "rides.no_show",
     Role::driver, 200, {not_found, wrong_role, illegal_transition, too_early}}};
inline constexpr Operation<PayRide, PaymentView> pay_ride{
    {"pay_ride",
     "Pay, or try again with the same or another method",
     post, "/v1/rides/{ride_id}/payments", "ride.pay", Owner::rides, "rides.pay", Role::user, 201,
     {not_found, wrong_role, illegal_transition, fare_not_final, payment_in_progress, already_paid, not_payable,
      payment_method_unavailable, insufficient_funds}}};
inline constexpr Operation<RideRef, PaymentView> confirm_cash{
    {"confirm_cash",
     "The driver holds the cash in hand",
     post, "/v1/rides/{ride_id}/cash", "ride.cash", Owner::rides, "rides.confirm_cash", Role::driver,
     200, {not_found, wrong_role, illegal_transition, fare_not_final, already_paid, not_payable, payment_in_progress,
     debt_too_high}}};
inline constexpr Operation<RideRef, Receipt> get_receipt{
    {"get_receipt",
     "What was charged for, line by line",
     get, "/v1/rides/{ride_id}/receipt", "", Owner::rides, "rides.get_receipt", Role::user, 200,
     {not_found, fare_not_final, not_payable}}};
inline constexpr Operation<NoArguments, DriverBalance> get_balance{
    {"get_balance",
     "What the platform and the driver owe each other",
     get, "/v1/me/driver/balance", "", Owner::rides, "rides.get_balance", Role::driver, 200, {}}};

// clang-format on

inline constexpr auto all_of_rides =
    std::tuple{estimate_fare,  get_ride, arrive,       start_ride,  complete_ride, cancel_ride,
               report_no_show, pay_ride, confirm_cash, get_receipt, get_balance};

}  // namespace contracts::operations
