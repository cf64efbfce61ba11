#pragma once

/// What match needs from the world: where requests, proposals and drivers are kept, and the live
/// map.
///
/// Locks are taken in one order, so that nobody waits in a circle: the request's row, then the
/// slots of its drivers. Whoever changes a proposal or a slot holds the lock of its request. The
/// dispatcher, who takes many at once, passes over rows that somebody else has locked.

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/describe/enum.hpp>

#include "contracts/location.hpp"
#include "contracts/values.hpp"
#include "domain/identity/driver.hpp"
#include "domain/match/policy.hpp"
#include "domain/match/request.hpp"
#include "domain/ride/lifecycle.hpp"
#include "platform/runtime/awaitable.hpp"
#include "services/match/zones.hpp"

namespace services::match {

using platform::awaitable;

/// A request as it is kept: with what its passenger calls the places, and the driver's card.
struct RequestRecord {
  domain::match::MatchRequest request;
  std::optional<std::string> pickup_label;
  std::optional<std::string> destination_label;
  std::optional<contracts::DriverCard> driver;  ///< Once matched.
};

struct ProposalRecord {
  domain::match::Proposal proposal;
  base::Metres distance;  ///< From the driver to the pickup, when it was made.
};

/// Why a slot is held: its driver was asked, drives, is to take over a ride, or is a passenger
/// himself at the moment.
enum class HeldAs : std::uint8_t { proposed, matched, reserved, passenger };
BOOST_DESCRIBE_ENUM(HeldAs, proposed, matched, reserved, passenger)

/// A ride that is to go to another driver, who is reserved until rides has answered.
struct ReassignmentRecord {
  domain::MatchId id;
  domain::RequestId request_id;
  domain::DriverId driver_id;
  std::string by;  ///< Name of the operator's key.
  std::string reason;
};

struct DriverRecord {
  domain::match::DriverSlot slot;
  std::optional<HeldAs> held_as;
  domain::identity::DriverStatus status = domain::identity::DriverStatus::pending;
  base::Instant idle_since;
  contracts::DriverCard card;
};

/// Everything that one command or event reads and changes, in its one transaction.
class MatchStore {
 public:
  virtual ~MatchStore() = default;

  // Requests.

  virtual awaitable<std::optional<RequestRecord>> find(domain::RequestId id) = 0;
  virtual awaitable<std::optional<RequestRecord>> lock(domain::RequestId id) = 0;
  /// False, and nothing is kept, when the passenger has an open request.
  virtual awaitable<bool> insert(const RequestRecord& record) = 0;
  /// Throws Contended unless the stored version is the one before.
  virtual awaitable<void> save(const domain::match::MatchRequest& request) = 0;

  /// At most one.
  virtual awaitable<std::vector<domain::RequestId>> waiting_requests_of(
      domain::PassengerId passenger) = 0;

  // Proposals.

  virtual awaitable<std::optional<ProposalRecord>> find(domain::MatchId id) = 0;
  virtual awaitable<std::vector<ProposalRecord>> open_proposals(domain::RequestId id) = 0;
  virtual awaitable<void> insert(const std::vector<ProposalRecord>& records) = 0;
  virtual awaitable<void> save(const std::vector<domain::match::Proposal>& proposals) = 0;
  /// The accepted driver has left: there is no accepted match any more, and he is not asked again.
  virtual awaitable<void> undo_acceptance(domain::RequestId id, base::Instant now) = 0;

  // Drivers.

  /// Locks the slot. Whoever goes on to change what is held by it has locked the request before.
  virtual awaitable<std::optional<DriverRecord>> lock_slot(domain::DriverId id) = 0;
  /// Locks the request that holds the slot, if one does, and then the slot. Throws Contended when
  /// the slot changed hands in between.
  virtual awaitable<std::optional<DriverRecord>> lock_slot_and_holder(domain::DriverId id) = 0;
  /// Keeps what users tell of a driver; a new one begins with the beacon off.
  virtual awaitable<void> save(const contracts::DriverCard& card,
                               domain::identity::DriverStatus status, base::Instant now) = 0;
  virtual awaitable<void> set_beacon(domain::DriverId id, bool on, base::Instant now) = 0;
  /// One more has given the driver stars.
  virtual awaitable<void> add_stars(domain::DriverId id, int stars) = 0;
  /// Each slot by the request that it names.
  virtual awaitable<void> hold(const std::vector<domain::match::DriverSlot>& slots, HeldAs as,
                               base::Instant now) = 0;
  /// Frees those of the drivers whom the request holds.
  virtual awaitable<void> release(domain::RequestId id,
                                  const std::vector<domain::DriverId>& drivers,
                                  base::Instant now) = 0;
  /// Frees whomever the request holds: for one that has ended.
  virtual awaitable<void> release_all(domain::RequestId id, base::Instant now) = 0;

  // Giving a ride to another driver.

  virtual awaitable<std::optional<domain::MatchId>> accepted_match(domain::RequestId id) = 0;
  virtual awaitable<void> insert(const ReassignmentRecord& record, base::Instant now) = 0;
  /// The one that rides has not answered yet.
  virtual awaitable<std::optional<ReassignmentRecord>> open_reassignment(domain::RequestId id) = 0;
  /// With its accepted match, if the ride has gone over.
  virtual awaitable<void> settle(const ReassignmentRecord& record, bool took_place,
                                 base::Instant now) = 0;

  // Operators.

  virtual awaitable<void> add_action(domain::RequestId id, std::string what, std::string by,
                                     std::string reason, base::Instant now) = 0;
};

/// A request that could ask another driver now, with what its search has done so far.
struct Waiting {
  domain::match::MatchRequest request;
  domain::match::WaitingRequest search;
};

/// Where in the queue of waiting requests to go on.
struct QueuePlace {
  base::Instant searching_since;
  domain::RequestId id;
};

/// What dispatch reads and locks of a zone. What is locked is also what is returned; rows that
/// somebody else has locked are passed over until the next round.
class DispatchStore {
 public:
  virtual ~DispatchStore() = default;

  /// Up to `limit` requests behind `after`, oldest search first, that have patience left and fewer
  /// than `open_proposals_max` open proposals. Not locked.
  virtual awaitable<std::vector<Waiting>> waiting(const Zone& zone, QueuePlace after,
                                                  std::size_t open_proposals_max, std::size_t limit,
                                                  base::Instant now) = 0;
  /// Those of the drivers who are approved, have the beacon on and are held by nobody. Not locked.
  virtual awaitable<std::vector<DriverRecord>> free_among(
      const std::vector<domain::DriverId>& drivers) = 0;

  virtual awaitable<std::vector<RequestRecord>> lock_waiting(
      const std::vector<domain::RequestId>& requests) = 0;
  virtual awaitable<std::vector<DriverRecord>> lock_free(
      const std::vector<domain::DriverId>& drivers) = 0;
  /// Requests with an open proposal that has expired.
  virtual awaitable<std::vector<RequestRecord>> lock_unanswered(const Zone& zone, std::size_t limit,
                                                                base::Instant now) = 0;
  /// Waiting requests whose patience is over.
  virtual awaitable<std::vector<RequestRecord>> lock_impatient(const Zone& zone, std::size_t limit,
                                                               base::Instant now) = 0;
};

/// The live map, as location serves it. Throws RemoteUnavailable.
class LiveMap {
 public:
  virtual ~LiveMap() = default;
  virtual awaitable<contracts::FoundDrivers> find_drivers(contracts::FindDrivers question,
                                                          std::string trace) = 0;
  virtual awaitable<contracts::LastPositions> where_is(contracts::WhereIs question) = 0;
};

/// Rides, as far as match asks it.
class Rides {
 public:
  virtual ~Rides() = default;
  /// Whether there are prices for this. True while rides is out of reach: the request is taken, and
  /// the ride follows.
  virtual awaitable<bool> is_offered(domain::VehicleType type, domain::geo::Point pickup,
                                     std::string trace) = 0;
  /// Empty before the ride begins. Throws RemoteUnavailable.
  virtual awaitable<std::optional<domain::ride::RideState>> state(domain::RideId id,
                                                                  std::string trace) = 0;
};

/// Who is free, for the map that every passenger looks at: may be a second or two behind.
class FreeDrivers {
 public:
  virtual ~FreeDrivers() = default;
  virtual awaitable<std::unordered_set<domain::DriverId>> among(
      const std::vector<domain::DriverId>& drivers) = 0;
};

}  // namespace services::match
