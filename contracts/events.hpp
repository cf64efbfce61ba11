#pragma once

/// Events: what has happened, told to whoever needs it, never lost. One row each; readers ignore
/// fields that they don't know, and fields are only ever added.

#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "contracts/match.hpp"
#include "contracts/operation.hpp"
#include "contracts/payments.hpp"
#include "contracts/rides.hpp"
#include "contracts/users.hpp"

namespace contracts {

template <class PayloadType>
struct EventKind {
  using Payload = PayloadType;
  std::string_view type;  ///< "match.accepted"
  Owner producer;
};

/// users: a driver was approved, changed or suspended. Key: the driver.
struct DriverChanged {
  DriverCard driver;
  domain::identity::DriverStatus status = domain::identity::DriverStatus::pending;
};
BOOST_DESCRIBE_STRUCT(DriverChanged, (), (driver, status))

/// users: an account was deleted: what others hold of it loses what tells who it was. Key: the
/// user.
struct UserDeleted {
  domain::UserId user_id;
  std::optional<bool> gives_up_balance;  ///< What money there is goes to the platform.
};
BOOST_DESCRIBE_STRUCT(UserDeleted, (), (user_id, gives_up_balance))

/// users: staff have blocked the account: its owner can't be reached any more. Key: the user.
struct UserBlocked {
  domain::UserId user_id;
};
BOOST_DESCRIBE_STRUCT(UserBlocked, (), (user_id))

/// match: Key: the driver.
struct BeaconChanged {
  domain::DriverId driver_id;
  bool on = false;
};
BOOST_DESCRIBE_STRUCT(BeaconChanged, (), (driver_id, on))

/// match: a request was made, cancelled, given up, or searches again. Key: the request.
struct RequestChanged {
  domain::PassengerId passenger_id;
  RequestView request;
};
BOOST_DESCRIBE_STRUCT(RequestChanged, (), (passenger_id, request))

/// match: a proposal was made, or is open no more. Key: the request.
struct ProposalChanged {
  domain::DriverId driver_id;
  ProposalView proposal;
};
BOOST_DESCRIBE_STRUCT(ProposalChanged, (), (driver_id, proposal))

/// match: a driver has the request. From this the ride is made. Key: the request.
struct MatchAccepted {
  domain::RequestId request_id;
  domain::MatchId match_id;
  domain::PassengerId passenger_id;
  DriverCard driver;
  Place pickup;
  Place destination;
  base::Instant accepted_at;
  std::optional<base::Instant> requested_at;  ///< Whose prices apply.
};
BOOST_DESCRIBE_STRUCT(MatchAccepted, (),
                      (request_id, match_id, passenger_id, driver, pickup, destination, accepted_at,
                       requested_at))

/// match: an operator gives the ride to another driver, who is reserved for it. rides answers with
/// ride.reassigned or ride.reassign_refused. Key: the request.
struct MatchReassigned {
  domain::RequestId request_id;
  domain::MatchId match_id;  ///< Of the new driver.
  domain::MatchId replaces;  ///< Of the driver that the ride has.
  DriverCard driver;
  std::string by;  ///< Name of the operator's key.
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(MatchReassigned, (), (request_id, match_id, replaces, driver, by, reason))

/// rides: the whole ride after each step, with its PIN: the edge shows that to the passenger alone.
/// Key: the ride.
struct RideChanged {
  RideView ride;
  std::optional<std::int64_t> start_sequence;
  std::optional<std::int64_t> end_sequence;
  std::optional<domain::DriverId> previous_driver_id;  ///< Whose ride it was, in ride.reassigned.
};
BOOST_DESCRIBE_STRUCT(RideChanged, (), (ride, start_sequence, end_sequence, previous_driver_id))

/// rides: the ride had moved on and keeps its driver; the reserved one is free. Key: the ride.
struct ReassignRefused {
  domain::RideId ride_id;
  domain::MatchId match_id;
  domain::DriverId driver_id;  ///< Who was reserved.
};
BOOST_DESCRIBE_STRUCT(ReassignRefused, (), (ride_id, match_id, driver_id))

/// rides: no ride came of a match, since nobody has a price for it. Key: the ride.
struct RideRefused {
  domain::RideId ride_id;
  domain::MatchId match_id;
  domain::DriverId driver_id;
  domain::match::UnfulfilledReason reason = domain::match::UnfulfilledReason::vehicle_not_offered;
};
BOOST_DESCRIBE_STRUCT(RideRefused, (), (ride_id, match_id, driver_id, reason))

/// rides: an operator should look at this ride. Key: the ride.
struct RideNeedsAttention {
  RideView ride;
  Attention attention;
};
BOOST_DESCRIBE_STRUCT(RideNeedsAttention, (), (ride, attention))

/// rides: one side has given the other stars. Key: the ride.
struct RideRated {
  domain::RideId ride_id;
  domain::PassengerId passenger_id;
  domain::DriverId driver_id;
  domain::ride::Side by = domain::ride::Side::passenger;
  int stars = 0;
};
BOOST_DESCRIBE_STRUCT(RideRated, (), (ride_id, passenger_id, driver_id, by, stars))

/// rides: rows were added to the books. Key: the ride, or whose money it is.
struct LedgerPosted {
  std::vector<LedgerEntry> entries;
};
BOOST_DESCRIBE_STRUCT(LedgerPosted, (), (entries))

/// rides: money of a payment is on its way back, or has arrived. Key: the ride.
struct PaymentRefunded {
  domain::PassengerId passenger_id;
  domain::DriverId driver_id;
  RefundView refund;
};
BOOST_DESCRIBE_STRUCT(PaymentRefunded, (), (passenger_id, driver_id, refund))

/// rides: what a wallet can pay with is another amount now. Key: the passenger.
struct WalletChanged {
  domain::PassengerId passenger_id;
  base::Money balance;
  std::optional<TopUpView> top_up;  ///< That was decided.
};
BOOST_DESCRIBE_STRUCT(WalletChanged, (), (passenger_id, balance, top_up))

/// rides: a payout was ordered, has arrived, or has come back. Key: the driver.
struct PayoutChanged {
  PayoutView payout;
};
BOOST_DESCRIBE_STRUCT(PayoutChanged, (), (payout))

/// location: a completed trip's meter has been read to its end. Key: the ride.
struct TripMetered {
  domain::RideId ride_id;
  double metres = 0;
  std::int64_t metered_through = 0;
  std::int32_t flagged = 0;  ///< Suspicious jumps, none of them billed.
  bool complete = false;     ///< False: given up waiting for the phone's last positions.
};
BOOST_DESCRIBE_STRUCT(TripMetered, (), (ride_id, metres, metered_through, flagged, complete))
void check(const TripMetered& trip, base::json::Check& check);

namespace events {

// clang-format off
inline constexpr EventKind<DriverChanged>   driver_changed{"driver.changed", Owner::users};
inline constexpr EventKind<UserDeleted>     user_deleted{"user.deleted", Owner::users};
inline constexpr EventKind<UserBlocked>     user_blocked{"user.blocked", Owner::users};

inline constexpr EventKind<BeaconChanged>   beacon_changed{"beacon.changed", Owner::match};
inline constexpr EventKind<RequestChanged>  request_created{"request.created", Owner::match};
inline constexpr EventKind<RequestChanged>  request_cancelled{"request.cancelled", Owner::match};
inline constexpr EventKind<RequestChanged>  request_unfulfilled{"request.unfulfilled", Owner::match};
inline constexpr EventKind<RequestChanged>  request_reopened{"request.reopened", Owner::match};
inline constexpr EventKind<RequestChanged>  request_closed{"request.closed", Owner::match};
inline constexpr EventKind<ProposalChanged> proposal_made{"proposal.made", Owner::match};
inline constexpr EventKind<ProposalChanged> proposal_closed{"proposal.closed", Owner::match};
inline constexpr EventKind<MatchAccepted>   match_accepted{"match.accepted", Owner::match};
inline constexpr EventKind<MatchReassigned> match_reassigned{"match.reassigned", Owner::match};

inline constexpr EventKind<RideChanged>     ride_matched{"ride.matched", Owner::rides};
inline constexpr EventKind<RideRefused>     ride_refused{"ride.refused", Owner::rides};
inline constexpr EventKind<RideChanged>     ride_reassigned{"ride.reassigned", Owner::rides};
inline constexpr EventKind<RideChanged>     ride_driver_arrived{"ride.driver_arrived", Owner::rides};
inline constexpr EventKind<RideChanged>     ride_started{"ride.started", Owner::rides};
inline constexpr EventKind<RideChanged>     ride_completed{"ride.completed", Owner::rides};
inline constexpr EventKind<RideChanged>     ride_fare_final{"ride.fare_final", Owner::rides};
inline constexpr EventKind<RideChanged>     ride_cancelled{"ride.cancelled", Owner::rides};
inline constexpr EventKind<RideChanged>     ride_paid{"ride.paid", Owner::rides};
inline constexpr EventKind<ReassignRefused> ride_reassign_refused{"ride.reassign_refused", Owner::rides};
inline constexpr EventKind<RideNeedsAttention> ride_needs_attention{"ride.needs_attention", Owner::rides};
inline constexpr EventKind<RideRated>       ride_rated{"ride.rated", Owner::rides};
inline constexpr EventKind<RideChanged>     payment_requested{"payment.requested", Owner::rides};
inline constexpr EventKind<RideChanged>     payment_failed{"payment.failed", Owner::rides};
inline constexpr EventKind<RideChanged>     payment_settled{"payment.settled", Owner::rides};
inline constexpr EventKind<PaymentRefunded> payment_refunded{"payment.refunded", Owner::rides};
inline constexpr EventKind<LedgerPosted>    ledger_posted{"ledger.posted", Owner::rides};
inline constexpr EventKind<WalletChanged>   wallet_changed{"wallet.changed", Owner::rides};
inline constexpr EventKind<PayoutChanged>   payout_changed{"payout.changed", Owner::rides};

inline constexpr EventKind<TripMetered>     trip_metered{"trip.metered", Owner::location};
// clang-format on

inline constexpr auto all =
    std::tuple{driver_changed,      user_deleted,      user_blocked,          ride_refused,
               beacon_changed,      request_created,   request_cancelled,     request_unfulfilled,
               request_reopened,    request_closed,    proposal_made,         proposal_closed,
               match_accepted,      match_reassigned,  ride_matched,          ride_reassigned,
               ride_driver_arrived, ride_started,      ride_completed,        ride_fare_final,
               ride_cancelled,      ride_paid,         ride_reassign_refused, ride_needs_attention,
               ride_rated,          payment_requested, payment_failed,        payment_settled,
               payment_refunded,    ledger_posted,     wallet_changed,        payout_changed,
               trip_metered};

}  // namespace events
}  // namespace contracts
