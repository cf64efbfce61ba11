#pragma once

/// What operators see of requests and rides, and do about them. Who did it is the name of the API
/// key, never of the payload.

#include <string>
#include <vector>

#include "contracts/location.hpp"
#include "contracts/match.hpp"
#include "contracts/payments.hpp"
#include "contracts/rides.hpp"

namespace contracts {

/// Newest request first. What is absent does not matter.
struct SearchRides {
  std::optional<domain::RideId> ride_id;
  std::optional<domain::PassengerId> passenger_id;
  std::optional<domain::DriverId> driver_id;
  std::optional<domain::ride::RideState> state;
  std::optional<bool> needs_attention;   ///< True: only those that an operator should look at.
  std::optional<base::Instant> from;     ///< Matched then or later.
  std::optional<base::Instant> until;    ///< Matched before.
  std::optional<domain::RideId> cursor;  ///< Opaque: next_cursor of the page before.
  std::optional<int> limit;              ///< 1 to 100; 20 if absent.
};
BOOST_DESCRIBE_STRUCT(SearchRides, (),
                      (ride_id, passenger_id, driver_id, state, needs_attention, from, until,
                       cursor, limit))
void check(const SearchRides& question, base::json::Check& check);

/// A ride without its PIN.
struct StaffRide {
  RideView ride;
  std::optional<Attention> attention;
};
BOOST_DESCRIBE_STRUCT(StaffRide, (), (ride, attention))

struct StaffRidePage {
  std::vector<StaffRide> rides;
  std::optional<domain::RideId> next_cursor;
};
BOOST_DESCRIBE_STRUCT(StaffRidePage, (), (rides, next_cursor))

/// Newest first. What is absent does not matter.
struct SearchRequests {
  std::optional<domain::RequestId> request_id;
  std::optional<domain::PassengerId> passenger_id;
  std::optional<domain::DriverId> driver_id;  ///< Of the match.
  std::optional<domain::match::RequestState> state;
  std::optional<base::Instant> from;        ///< Made then or later.
  std::optional<base::Instant> until;       ///< Made before.
  std::optional<domain::RequestId> cursor;  ///< Opaque: next_cursor of the page before.
  std::optional<int> limit;                 ///< 1 to 100; 20 if absent.
};
BOOST_DESCRIBE_STRUCT(SearchRequests, (),
                      (request_id, passenger_id, driver_id, state, from, until, cursor, limit))
void check(const SearchRequests& question, base::json::Check& check);

struct StaffRequest {
  domain::PassengerId passenger_id;
  RequestView request;
};
BOOST_DESCRIBE_STRUCT(StaffRequest, (), (passenger_id, request))

struct StaffRequestPage {
  std::vector<StaffRequest> requests;
  std::optional<domain::RequestId> next_cursor;
};
BOOST_DESCRIBE_STRUCT(StaffRequestPage, (), (requests, next_cursor))

/// Who was asked, and what came of it.
struct ProposalStory {
  domain::MatchId match_id;
  domain::DriverId driver_id;
  domain::match::ProposalState state = domain::match::ProposalState::proposed;
  double pickup_metres = 0;
  base::Instant proposed_at;
  base::Instant expires_at;
  std::optional<base::Instant> answered_at;
  std::optional<base::Instant> undone_at;  ///< Accepted, and then left to somebody else.
};
BOOST_DESCRIBE_STRUCT(ProposalStory, (),
                      (match_id, driver_id, state, pickup_metres, proposed_at, expires_at,
                       answered_at, undone_at))

/// One thing that happened.
struct StoryEntry {
  base::Instant at;
  std::string what;                 ///< "ride.started", "proposal.declined", "request.created" ...
  std::string by;                   ///< "passenger:<id>", "driver:<id>", "staff:<key>", "system".
  std::optional<std::string> note;  ///< Such as the reason that was given.
};
BOOST_DESCRIBE_STRUCT(StoryEntry, (), (at, what, by, note))

/// What match knows of a ride: asked by rides.
struct RequestStory {
  std::optional<StaffRequest> request;
  std::vector<ProposalStory> proposals;
  std::vector<StoryEntry> timeline;
};
BOOST_DESCRIBE_STRUCT(RequestStory, (), (request, proposals, timeline))

/// All that is known of a ride.
struct RideStory {
  std::optional<StaffRide> ride;  ///< Absent while the request has no driver.
  std::optional<StaffRequest> request;
  std::vector<StoryEntry> timeline;  ///< Oldest first.
  std::vector<ProposalStory> proposals;
  std::optional<TripMeter> meter;
  std::vector<ReceiptLine> fare;
  std::vector<LedgerEntry> ledger;
  std::vector<RatingView> ratings;
  std::vector<std::string> missing;  ///< Services that could not be asked.
};
BOOST_DESCRIBE_STRUCT(RideStory, (),
                      (ride, request, timeline, proposals, meter, fare, ledger, ratings, missing))

struct CancelRideFor {
  domain::RideId ride_id;
  std::string reason;  ///< 1 to 200 characters.
};
BOOST_DESCRIBE_STRUCT(CancelRideFor, (), (ride_id, reason))
void check(const CancelRideFor& request, base::json::Check& check);

struct CompleteRideFor {
  domain::RideId ride_id;
  std::string reason;  ///< 1 to 200 characters.
};
BOOST_DESCRIBE_STRUCT(CompleteRideFor, (), (ride_id, reason))
void check(const CompleteRideFor& request, base::json::Check& check);

/// Settles what is to be billed when no meter will ever say it.
struct SetRideMetres {
  domain::RideId ride_id;
  double metres = 0;
  std::string reason;  ///< 1 to 200 characters.
};
BOOST_DESCRIBE_STRUCT(SetRideMetres, (), (ride_id, metres, reason))
void check(const SetRideMetres& request, base::json::Check& check);

struct CancelRequestFor {
  domain::RequestId request_id;
  std::string reason;  ///< 1 to 200 characters.
};
BOOST_DESCRIBE_STRUCT(CancelRequestFor, (), (request_id, reason))
void check(const CancelRequestFor& request, base::json::Check& check);

struct ReassignRide {
  domain::RideId ride_id;
  domain::DriverId driver_id;  ///< Who takes over.
  std::string reason;          ///< 1 to 200 characters.
};
BOOST_DESCRIBE_STRUCT(ReassignRide, (), (ride_id, driver_id, reason))
void check(const ReassignRide& request, base::json::Check& check);

/// The new driver is reserved; the ride has him as soon as rides has agreed.
struct Reassignment {
  domain::RideId ride_id;
  domain::MatchId match_id;
  DriverCard driver;
};
BOOST_DESCRIBE_STRUCT(Reassignment, (), (ride_id, match_id, driver))

}  // namespace contracts
