#pragma once

/// Beacons, requests, proposals.

#include <tuple>

#include "contracts/match.hpp"
#include "contracts/operation.hpp"
#include "contracts/operators.hpp"

namespace contracts::operations {

using enum Method;
using enum domain::Rejection;

// clang-format off

inline constexpr Operation<SetBeacon, Beacon> set_beacon{
    {"set_beacon",
     "Go on or off duty",
     put, "/v1/me/driver/beacon", "beacon.set", Owner::match, "match.set_beacon", Role::driver, 200,
     {driver_not_approved, driver_suspended}}};
inline constexpr Operation<CreateRequest, RequestView> create_request{
    {"create_request",
     "Ask for a ride. One request can be open at a time",
     post, "/v1/requests", "request.create", Owner::match, "match.create_request", Role::user, 201,
     {request_already_open, trip_too_short, trip_too_long, vehicle_not_offered, driver_busy}}};
inline constexpr Operation<RequestRef, RequestView> get_request{
    {"get_request",
     "A request of the caller's",
     get, "/v1/requests/{request_id}", "", Owner::match, "match.get_request", Role::user, 200,
     {not_found}}};
inline constexpr Operation<RequestRef, RequestView> cancel_request{
    {"cancel_request",
     "Stop searching",
     post, "/v1/requests/{request_id}/cancel", "request.cancel", Owner::match,
     "match.cancel_request", Role::user, 200, {not_found, request_closed, already_matched}}};
inline constexpr Operation<ProposalRef, ProposalView> accept_proposal{
    {"accept_proposal",
     "Take the passenger that was proposed. The first driver to accept wins",
     post, "/v1/proposals/{match_id}/accept", "proposal.accept", Owner::match,
     "match.accept_proposal", Role::driver, 200,
     {not_found, proposal_closed, already_matched, request_closed, driver_busy}}};
inline constexpr Operation<ProposalRef, ProposalView> decline_proposal{
    {"decline_proposal",
     "Leave the passenger to the next driver",
     post, "/v1/proposals/{match_id}/decline", "proposal.decline", Owner::match,
     "match.decline_proposal", Role::driver, 200, {not_found, proposal_closed}}};
inline constexpr Operation<FindNearbyDrivers, NearbyDrivers> find_nearby_drivers{
    {"find_nearby_drivers",
     "Free drivers around a place, anonymous and rounded to 100 m",
     get, "/v1/drivers/nearby", "", Owner::match, "match.find_nearby_drivers", Role::user,
     200, {}}};
inline constexpr Operation<ListRequests, RequestPage> list_requests{
    {"list_requests",
     "The caller's requests, newest first",
     get, "/v1/requests", "", Owner::match, "match.list_requests", Role::user, 200, {}}};

// Operators.

inline constexpr Operation<SearchRequests, StaffRequestPage> search_requests{
    {"search_requests",
     "Requests by whose they are, state and time, newest first",
     get, "/admin/v1/requests", "", Owner::match, "match.search_requests", Role::staff, 200, {},
     "rides:read"}};
inline constexpr Operation<CancelRequestFor, StaffRequest> cancel_request_for{
    {"cancel_request_for",
     "End a search on the passenger's behalf",
     post, "/admin/v1/requests/{request_id}/cancel", "", Owner::match, "match.cancel_request_for",
     Role::staff, 200, {not_found, request_closed, already_matched}, "rides:write"}};
inline constexpr Operation<ReassignRide, Reassignment> reassign_ride{
    {"reassign_ride",
     "Give a ride whose driver has not arrived to another driver, who is free. He is reserved at once",
     post, "/admin/v1/rides/{ride_id}/reassign", "", Owner::match, "match.reassign_ride",
     Role::staff, 202,
     {not_found, illegal_transition, conflict, driver_not_approved, driver_suspended, driver_busy,
      beacon_off, vehicle_not_offered, invalid_value}, "rides:write"}};

// Other services.

inline constexpr Operation<RequestRef, RequestStory> tell_request_story{
    {"tell_request_story",
     "What happened to a request, and who was asked for it",
     get, "", "", Owner::match, "match.tell_request_story", Role::service, 200, {}}};

// clang-format on

inline constexpr auto all_of_match =
    std::tuple{set_beacon,      create_request,     get_request,         cancel_request,
               accept_proposal, decline_proposal,   find_nearby_drivers, list_requests,
               search_requests, cancel_request_for, reassign_ride,       tell_request_story};

}  // namespace contracts::operations
