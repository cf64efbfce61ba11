#pragma once

/// The ride, its fare, paying for it.

#include <tuple>

#include "contracts/operation.hpp"
#include "contracts/operators.hpp"
#include "contracts/rides.hpp"
#include "contracts/tariffs.hpp"

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
inline constexpr Operation<ListRides, RidePage> list_rides{
    {"list_rides",
     "The caller's rides as passenger or driver, newest first",
     get, "/v1/rides", "", Owner::rides, "rides.list_rides", Role::user, 200, {}}};
inline constexpr Operation<RateRide, RatingView> rate_ride{
    {"rate_ride",
     "Stars for the other side, once, within a week after the trip",
     post, "/v1/rides/{ride_id}/rating", "ride.rate", Owner::rides, "rides.rate", Role::user, 200,
     {not_found, illegal_transition, already_rated, invalid_value}}};
inline constexpr Operation<RideRef, RatingView> get_rating{
    {"get_rating",
     "The stars that the caller gave",
     get, "/v1/rides/{ride_id}/rating", "", Owner::rides, "rides.get_rating", Role::user, 200,
     {not_found}}};

// Operators.

inline constexpr Operation<SearchRides, StaffRidePage> search_rides{
    {"search_rides",
     "Rides by who takes part, state, time and need of attention, newest first",
     get, "/admin/v1/rides", "", Owner::rides, "rides.search_rides", Role::staff, 200, {},
     "rides:read"}};
inline constexpr Operation<RideRef, RideStory> get_ride_story{
    {"get_ride_story",
     "All that is known of a ride: who was asked, each step and by whom, meter, fare, books",
     get, "/admin/v1/rides/{ride_id}/story", "", Owner::rides, "rides.get_ride_story", Role::staff,
     200, {not_found}, "rides:read"}};
inline constexpr Operation<CancelRideFor, StaffRide> cancel_ride_for{
    {"cancel_ride_for",
     "Call a ride off before it starts, free of charge",
     post, "/admin/v1/rides/{ride_id}/cancel", "", Owner::rides, "rides.cancel_ride_for",
     Role::staff, 200, {not_found, illegal_transition, invalid_value}, "rides:write"}};
inline constexpr Operation<CompleteRideFor, StaffRide> complete_ride_for{
    {"complete_ride_for",
     "End a trip where its meter stands",
     post, "/admin/v1/rides/{ride_id}/complete", "", Owner::rides, "rides.complete_ride_for",
     Role::staff, 200, {not_found, illegal_transition, sequence_regressed}, "rides:write"}};
inline constexpr Operation<SetRideMetres, StaffRide> set_ride_metres{
    {"set_ride_metres",
     "Make the fare final by hand, for a completed ride whose meter does not come",
     post, "/admin/v1/rides/{ride_id}/metres", "", Owner::rides, "rides.set_ride_metres",
     Role::staff, 200, {not_found, illegal_transition}, "rides:write"}};
inline constexpr Operation<CreateTariffArea, TariffAreaView> create_tariff_area{
    {"create_tariff_area",
     "Draw an area with prices of its own. There only vehicle types with a tariff are offered",
     post, "/admin/v1/tariff-areas", "", Owner::rides, "rides.create_tariff_area", Role::staff, 201,
     {invalid_value}, "tariffs:write"}};
inline constexpr Operation<ListTariffAreas, TariffAreaPage> list_tariff_areas{
    {"list_tariff_areas",
     "Areas with prices of their own, newest first",
     get, "/admin/v1/tariff-areas", "", Owner::rides, "rides.list_tariff_areas", Role::staff, 200,
     {}, "tariffs:read"}};
inline constexpr Operation<TariffAreaRef, TariffAreaView> retire_tariff_area{
    {"retire_tariff_area",
     "From now on the area counts no more",
     post, "/admin/v1/tariff-areas/{area_id}/retire", "", Owner::rides, "rides.retire_tariff_area",
     Role::staff, 200, {not_found}, "tariffs:write"}};
inline constexpr Operation<CreateTariff, TariffView> create_tariff{
    {"create_tariff",
     "New prices of a vehicle type in an area, from a time on",
     post, "/admin/v1/tariffs", "", Owner::rides, "rides.create_tariff", Role::staff, 201,
     {not_found, invalid_value}, "tariffs:write"}};
inline constexpr Operation<ListTariffs, TariffPage> list_tariffs{
    {"list_tariffs",
     "Prices by area and vehicle type, past, present and to come, newest first",
     get, "/admin/v1/tariffs", "", Owner::rides, "rides.list_tariffs", Role::staff, 200, {},
     "tariffs:read"}};
inline constexpr Operation<TariffRef, TariffView> retire_tariff{
    {"retire_tariff",
     "From now on these prices apply to nobody new",
     post, "/admin/v1/tariffs/{tariff_id}/retire", "", Owner::rides, "rides.retire_tariff",
     Role::staff, 200, {not_found}, "tariffs:write"}};

// Other services.

inline constexpr Operation<CheckOffer, Offer> check_offer{
    {"check_offer",
     "Whether a vehicle type is offered at a place",
     get, "", "", Owner::rides, "rides.check_offer", Role::service, 200, {}}};
inline constexpr Operation<RideRef, StaffRidePage> look_up_ride{
    {"look_up_ride",
     "A ride as it stands, or none",
     get, "", "", Owner::rides, "rides.look_up_ride", Role::service, 200, {}}};

// clang-format on

inline constexpr auto all_of_rides =
    std::tuple{estimate_fare,     get_ride,           arrive,          start_ride,
               complete_ride,     cancel_ride,        report_no_show,  pay_ride,
               confirm_cash,      get_receipt,        get_balance,     list_rides,
               rate_ride,         get_rating,         search_rides,    get_ride_story,
               cancel_ride_for,   complete_ride_for,  set_ride_metres, create_tariff_area,
               list_tariff_areas, retire_tariff_area, create_tariff,   list_tariffs,
               retire_tariff,     check_offer,        look_up_ride};

}  // namespace contracts::operations
