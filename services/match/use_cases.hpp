#pragma once

/// What match does when it is asked, and when something has happened elsewhere: load, decide,
/// apply, answer. What it does by itself is in dispatch.hpp.

#include <memory>

#include "contracts/events.hpp"
#include "contracts/match.hpp"
#include "contracts/operators.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/match/config.hpp"
#include "services/match/ports.hpp"
#include "services/match/proposals.hpp"

namespace services::match {

using binding::Caller;
using domain::Outcome;

/// What the use cases share and don't own.
struct Surroundings {
  const MatchConfig& config;
  LiveMap& live_map;
  FreeDrivers& free_drivers;
  Rides& rides;
};

class MatchUseCases {
 public:
  MatchUseCases(binding::Work& work, std::unique_ptr<MatchStore> store,
                const Surroundings& surroundings);

  // Commands.

  /// Switching off withdraws what the driver was asked; a ride under way goes on.
  awaitable<Outcome<contracts::Beacon>> set_beacon(Caller caller, contracts::SetBeacon command);

  /// Holds the caller's own slot, if he drives too: nobody is on both sides at once.
  awaitable<Outcome<contracts::RequestView>> create_request(Caller caller,
                                                            contracts::CreateRequest command);
  awaitable<Outcome<contracts::RequestView>> get_request(Caller caller, contracts::RequestRef ref);
  awaitable<Outcome<contracts::RequestView>> cancel_request(Caller caller,
                                                            contracts::RequestRef ref);

  /// Here it is decided that one driver is the only one: the request's row is locked first.
  awaitable<Outcome<contracts::ProposalView>> accept_proposal(Caller caller,
                                                              contracts::ProposalRef ref);
  awaitable<Outcome<contracts::ProposalView>> decline_proposal(Caller caller,
                                                               contracts::ProposalRef ref);

  /// Free drivers around a point, at most 20, without a name. Touches no table of its own accord.
  awaitable<Outcome<contracts::NearbyDrivers>> find_nearby_drivers(
      Caller caller, contracts::FindNearbyDrivers question);

  // Operators' commands: reassignment.cpp

  awaitable<Outcome<contracts::StaffRequest>> cancel_request_for(
      Caller caller, contracts::CancelRequestFor command);
  /// Reserves the new driver. Which of both has the ride is decided by rides, where it may have
  /// moved on: hand_over and keep_driver are its answers.
  awaitable<Outcome<contracts::Reassignment>> reassign_ride(Caller caller,
                                                            contracts::ReassignRide command);

  // Reactions.

  awaitable<void> hand_over(contracts::RideChanged event);
  awaitable<void> keep_driver(contracts::ReassignRefused event);
  /// Adds to what the driver's card shows.
  awaitable<void> note_stars(contracts::RideRated event);

  /// Who may not drive any more is switched off.
  awaitable<void> note_driver(contracts::DriverChanged event);
  /// The driver is free for others, and the passenger for another request.
  awaitable<void> end_request(contracts::RideChanged event);
  /// As above; but when the driver cancelled, the search goes on without him.
  awaitable<void> end_or_reopen_request(contracts::RideChanged event);
  /// No ride came of the match: the passenger is told why, and the driver is free.
  awaitable<void> refuse_request(contracts::RideRefused event);
  awaitable<void> note_blocked(contracts::UserBlocked event);

  /// Whoever can't be reached any more searches no more, and is asked no more. A ride goes on.
  awaitable<void> let_go(domain::UserId user);

 private:
  struct Asked {
    RequestRecord request;
    ProposalRecord proposal;
  };

  awaitable<std::optional<Asked>> lock_asked(domain::MatchId id);
  awaitable<Outcome<DriverRecord>> reserve(const RequestRecord& request, domain::DriverId driver);
  awaitable<void> end_search(const RequestRecord& cancelled);
  awaitable<void> switch_off(const DriverRecord& driver);
  awaitable<void> switch_beacon(const DriverRecord& driver, bool on);
  awaitable<void> reopen(RequestRecord record);
  awaitable<void> tell(const contracts::EventKind<contracts::RequestChanged>& kind,
                       const RequestRecord& record);
  base::Instant now() const { return work_.now(); }

  binding::Work& work_;
  std::unique_ptr<MatchStore> store_;
  Surroundings around_;
  domain::match::MatchRules rules_;
  Proposals proposals_;
};

}  // namespace services::match
