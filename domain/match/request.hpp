#pragma once

/// A passenger's request for a ride, the proposals it makes to drivers, and the slot by which a
/// driver is promised only once.
///
/// A request waits until a driver accepts, its passenger cancels, or patience ends. Each driver it
/// asks gets a proposal; the first acceptance wins and the others are withdrawn. When the accepted
/// driver cancels before the pickup, the same request searches again.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/instant.hpp"
#include "base/metres.hpp"
#include "domain/geo/point.hpp"
#include "domain/ids.hpp"
#include "domain/rejection.hpp"
#include "domain/vehicle.hpp"

namespace domain::match {

enum class RequestState : std::uint8_t { waiting, matched, cancelled, unfulfilled, closed };
BOOST_DESCRIBE_ENUM(RequestState, waiting, matched, cancelled, unfulfilled, closed)

/// Why a search came to nothing.
enum class UnfulfilledReason : std::uint8_t {
  no_driver_found,      ///< In time.
  vehicle_not_offered,  ///< A driver was found, but nobody has a price for the ride.
};
BOOST_DESCRIBE_ENUM(UnfulfilledReason, no_driver_found, vehicle_not_offered)

enum class RequestCommand : std::uint8_t {
  accept,
  cancel,
  give_up,
  reassign,
  reopen,
  refuse,
  close,
};
BOOST_DESCRIBE_ENUM(RequestCommand, accept, cancel, give_up, reassign, reopen, refuse, close)

struct RequestStep {
  RequestState from;
  RequestCommand command;
  RequestState to;
};

/// Every legal step of a request is one row.
// clang-format off
inline constexpr RequestStep request_steps[] = {
    {RequestState::waiting, RequestCommand::accept,   RequestState::matched},
    {RequestState::waiting, RequestCommand::cancel,   RequestState::cancelled},
    {RequestState::waiting, RequestCommand::give_up,  RequestState::unfulfilled},
    {RequestState::matched, RequestCommand::reassign, RequestState::matched},
    {RequestState::matched, RequestCommand::reopen,   RequestState::waiting},
    {RequestState::matched, RequestCommand::refuse,   RequestState::unfulfilled},
    {RequestState::matched, RequestCommand::close,    RequestState::closed},
};
// clang-format on

enum class ProposalState : std::uint8_t { proposed, accepted, declined, expired, withdrawn };
BOOST_DESCRIBE_ENUM(ProposalState, proposed, accepted, declined, expired, withdrawn)

enum class ProposalCommand : std::uint8_t { accept, decline, expire, withdraw };
BOOST_DESCRIBE_ENUM(ProposalCommand, accept, decline, expire, withdraw)

struct ProposalStep {
  ProposalState from;
  ProposalCommand command;
  ProposalState to;
};

/// Every legal step of a proposal is one row: it is answered once.
// clang-format off
inline constexpr ProposalStep proposal_steps[] = {
    {ProposalState::proposed, ProposalCommand::accept,   ProposalState::accepted},
    {ProposalState::proposed, ProposalCommand::decline,  ProposalState::declined},
    {ProposalState::proposed, ProposalCommand::expire,   ProposalState::expired},
    {ProposalState::proposed, ProposalCommand::withdraw, ProposalState::withdrawn},
};
// clang-format on

/// The row of `command` in `from`, or null.
constexpr const RequestStep* find_step(RequestState from, RequestCommand command) {
  for (const auto& step : request_steps) {
    if (step.from == from && step.command == command) return &step;
  }
  return nullptr;
}

constexpr const ProposalStep* find_step(ProposalState from, ProposalCommand command) {
  for (const auto& step : proposal_steps) {
    if (step.from == from && step.command == command) return &step;
  }
  return nullptr;
}

struct MatchRequest {
  RequestId id;
  PassengerId passenger_id;
  geo::Point pickup;
  geo::Point destination;
  VehicleType vehicle_type = VehicleType::motorcycle;
  RequestState state = RequestState::waiting;
  std::optional<DriverId> driver_id = {};  ///< Present from the match on, until a reopening.
  base::Instant created_at;
  base::Instant searching_since = {};            ///< Rises with each reopening.
  base::Instant expires_at = {};                 ///< End of the passenger's patience.
  std::optional<UnfulfilledReason> reason = {};  ///< Present in state unfulfilled.
  std::int64_t version = 1;                      ///< Rises by one with every change.

  friend bool operator==(const MatchRequest&, const MatchRequest&) = default;
};

struct Proposal {
  MatchId id;
  RequestId request_id;
  DriverId driver_id;
  ProposalState state = ProposalState::proposed;
  base::Instant proposed_at;
  base::Instant expires_at;
  std::optional<base::Instant> answered_at = {};

  friend bool operator==(const Proposal&, const Proposal&) = default;
};

struct MatchRules {
  base::Duration patience = std::chrono::seconds{120};
  base::Duration proposal_lifetime = std::chrono::seconds{15};
  base::Metres radius_first{1'000};
  base::Metres radius_step{1'000};
  base::Metres radius_max{5'000};
  base::Duration radius_grows_every = std::chrono::seconds{10};
  base::Metres trip_min{50};
  base::Metres trip_max{100'000};
};

/// What a passenger asks for.
struct OpenRequest {
  RequestId id;
  PassengerId passenger_id;
  geo::Point pickup;
  geo::Point destination;
  VehicleType vehicle_type = VehicleType::motorcycle;
};

/// Refuses implausible points with invalid_value, and a straight line outside
/// [trip_min, trip_max] with trip_too_short or trip_too_long.
Outcome<MatchRequest> open(const OpenRequest& command, const MatchRules& rules, base::Instant now);

/// Asks `driver_id`. The request must be waiting and the driver's slot held for it.
Proposal propose(const MatchRequest& request, MatchId id, DriverId driver_id,
                 const MatchRules& rules, base::Instant now);

/// How far from the pickup drivers are asked at `now`: a step farther every radius_grows_every
/// since the search began, up to radius_max.
base::Metres search_radius(const MatchRequest& request, const MatchRules& rules, base::Instant now);

// Commands of the passenger.

struct CancelRequest {};

// Commands of a driver to whom the request was proposed.

struct AcceptProposal {};
struct DeclineProposal {};

// Commands of the system.

/// Nobody was found in time.
struct GiveUp {};
/// The ride was handed to another driver before the pickup.
struct ReassignRequest {
  DriverId driver_id;
};
/// The driver cancelled: search again, with fresh patience.
struct Reopen {};
/// It can't be driven after all.
struct RefuseRequest {
  UnfulfilledReason reason = UnfulfilledReason::vehicle_not_offered;
};
/// The ride has ended, paid or cancelled.
struct CloseRequest {};
struct ExpireProposal {};
/// Another driver was first, or the request ended.
struct WithdrawProposal {};

/// An accepted proposal and the request it fulfils, to be saved together; all other proposals of
/// the request are withdrawn in the same commit.
struct Match {
  MatchRequest request;
  Proposal proposal;
};

/// Refuses whom the request does not concern with not_found, the matched driver with wrong_role, a
/// matched request with already_matched (the ride is to be cancelled) and an ended one with
/// request_closed.
Outcome<MatchRequest> decide(const MatchRequest& request, UserId by, const CancelRequest& command,
                             base::Instant now);

/// Only the driver asked can accept: the passenger gets wrong_role, anybody else not_found. Refuses
/// with already_matched when the request has its driver, with request_closed when it ended or its
/// patience is over, and with proposal_closed when the proposal was answered or has expired.
Outcome<Match> decide(const MatchRequest& request, const Proposal& proposal, UserId by,
                      const AcceptProposal& command, base::Instant now);

/// As for AcceptProposal, but the state of the request does not matter.
Outcome<Proposal> decide(const MatchRequest& request, const Proposal& proposal, UserId by,
                         const DeclineProposal& command, base::Instant now);

/// Refuses with too_early before expires_at, and with proposal_closed when answered.
Outcome<Proposal> decide(const Proposal& proposal, const ExpireProposal& command,
                         base::Instant now);

/// Refuses with proposal_closed when answered.
Outcome<Proposal> decide(const Proposal& proposal, const WithdrawProposal& command,
                         base::Instant now);

/// Refuses with too_early before expires_at, and with already_matched or request_closed.
Outcome<MatchRequest> decide(const MatchRequest& request, const GiveUp& command, base::Instant now);

/// Illegal but for a matched request.
Outcome<MatchRequest> decide(const MatchRequest& request, const ReassignRequest& command);
Outcome<MatchRequest> decide(const MatchRequest& request, const Reopen& command,
                             const MatchRules& rules, base::Instant now);
Outcome<MatchRequest> decide(const MatchRequest& request, const RefuseRequest& command);
Outcome<MatchRequest> decide(const MatchRequest& request, const CloseRequest& command);

/// A driver as the dispatcher sees one. The slot is held from the first proposal until that
/// proposal ends without a match, or the ride ends: so no driver is promised twice.
struct DriverSlot {
  DriverId driver_id;
  VehicleType vehicle_type = VehicleType::motorcycle;
  bool beacon_on = false;
  std::optional<RequestId> held_by = {};

  friend bool operator==(const DriverSlot&, const DriverSlot&) = default;
};

/// Promises the driver to `request`. Refuses with driver_busy when held for another, beacon_off,
/// vehicle_not_offered when the vehicle is of another type, and invalid_value when driver and
/// passenger are the same person. Holding twice for the same request is one hold.
Outcome<DriverSlot> hold(const DriverSlot& slot, const MatchRequest& request);

/// Frees the slot if `request` holds it; anything else stays as it is, since frees may come late.
DriverSlot release(const DriverSlot& slot, RequestId request);

}  // namespace domain::match
