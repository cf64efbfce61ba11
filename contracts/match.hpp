#pragma once

/// What match promises: beacon, requests, proposals.

#include <vector>

#include "contracts/values.hpp"
#include "domain/match/request.hpp"

namespace contracts {

struct SetBeacon {
  bool on = false;
};
BOOST_DESCRIBE_STRUCT(SetBeacon, (), (on))

struct Beacon {
  bool on = false;
};
BOOST_DESCRIBE_STRUCT(Beacon, (), (on))

struct CreateRequest {
  Place pickup;
  Place destination;
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
};
BOOST_DESCRIBE_STRUCT(CreateRequest, (), (pickup, destination, vehicle_type))

struct RequestRef {
  domain::RequestId request_id;
};
BOOST_DESCRIBE_STRUCT(RequestRef, (), (request_id))

/// A request as its passenger sees it.
struct RequestView {
  domain::RequestId request_id;
  domain::match::RequestState state = domain::match::RequestState::waiting;
  Place pickup;
  Place destination;
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
  base::Instant created_at;
  base::Instant expires_at;                                ///< When the search is given up.
  std::optional<DriverCard> driver;                        ///< Once matched.
  std::optional<domain::match::UnfulfilledReason> reason;  ///< Why it is unfulfilled.
};
BOOST_DESCRIBE_STRUCT(RequestView, (),
                      (request_id, state, pickup, destination, vehicle_type, created_at, expires_at,
                       driver, reason))

/// The caller's own requests, newest first.
struct ListRequests {
  std::optional<domain::match::RequestState> state;
  std::optional<base::Instant> from;        ///< Made then or later.
  std::optional<base::Instant> until;       ///< Made before.
  std::optional<domain::RequestId> cursor;  ///< Opaque: next_cursor of the page before.
  std::optional<int> limit;                 ///< 1 to 100; 20 if absent.
};
BOOST_DESCRIBE_STRUCT(ListRequests, (), (state, from, until, cursor, limit))
void check(const ListRequests& question, base::json::Check& check);

struct RequestPage {
  std::vector<RequestView> requests;
  std::optional<domain::RequestId> next_cursor;  ///< Absent on the last page.
};
BOOST_DESCRIBE_STRUCT(RequestPage, (), (requests, next_cursor))

struct ProposalRef {
  domain::MatchId match_id;
};
BOOST_DESCRIBE_STRUCT(ProposalRef, (), (match_id))

/// A proposal as its driver sees it. Before acceptance the places are rounded to 100 m and have no
/// label.
struct ProposalView {
  domain::MatchId match_id;
  domain::RequestId request_id;
  domain::match::ProposalState state = domain::match::ProposalState::proposed;
  Place pickup;
  Place destination;
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
  double pickup_metres = 0;  ///< From the driver, in a straight line.
  base::Instant expires_at;
};
BOOST_DESCRIBE_STRUCT(ProposalView, (),
                      (match_id, request_id, state, pickup, destination, vehicle_type,
                       pickup_metres, expires_at))

struct FindNearbyDrivers {
  double latitude = 0;
  double longitude = 0;
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
};
BOOST_DESCRIBE_STRUCT(FindNearbyDrivers, (), (latitude, longitude, vehicle_type))
void check(const FindNearbyDrivers& request, base::json::Check& check);

/// Anonymous, and rounded to 100 m.
struct NearbyDriver {
  double latitude = 0;
  double longitude = 0;
  std::optional<double> heading;
};
BOOST_DESCRIBE_STRUCT(NearbyDriver, (), (latitude, longitude, heading))

struct NearbyDrivers {
  std::vector<NearbyDriver> drivers;
};
BOOST_DESCRIBE_STRUCT(NearbyDrivers, (), (drivers))

}  // namespace contracts
