#include "domain/match/request.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace domain::match {
namespace {

/// Why a request in `state` refuses a command that only a waiting one takes.
Rejection refusal_in(RequestState state) {
  return state == RequestState::matched ? Rejection::already_matched : Rejection::request_closed;
}

Outcome<MatchRequest> take_step(const MatchRequest& request, RequestCommand command) {
  const auto* step = find_step(request.state, command);
  if (step == nullptr) return rejected(Rejection::illegal_transition);
  MatchRequest next = request;
  next.state = step->to;
  ++next.version;
  return next;
}

Outcome<Proposal> close_proposal(const Proposal& proposal, ProposalCommand command,
                                 base::Instant now) {
  const auto* step = find_step(proposal.state, command);
  if (step == nullptr) return rejected(Rejection::proposal_closed);
  Proposal next = proposal;
  next.state = step->to;
  next.answered_at = now;
  return next;
}

Outcome<Proposal> answer(const Proposal& proposal, ProposalCommand command, base::Instant now) {
  if (now >= proposal.expires_at) return rejected(Rejection::proposal_closed);
  return close_proposal(proposal, command, now);
}

/// Why `by` may not answer the proposal; empty for the driver who was asked.
std::optional<Rejection> refusal_to(UserId by, const MatchRequest& request,
                                    const Proposal& proposal) {
  NEBENGJEK_ASSERT(proposal.request_id == request.id);
  if (by == request.passenger_id) return Rejection::wrong_role;
  if (by != proposal.driver_id) return Rejection::not_found;
  return {};
}

void search_from(MatchRequest& request, const MatchRules& rules, base::Instant now) {
  request.searching_since = now;
  request.expires_at = now + rules.patience;
}

}  // namespace

Outcome<MatchRequest> open(const OpenRequest& command, const MatchRules& rules, base::Instant now) {
  if (!geo::is_plausible(command.pickup) || !geo::is_plausible(command.destination)) {
    return rejected(Rejection::invalid_value);
  }
  const auto trip = geo::distance(command.pickup, command.destination);
  if (trip < rules.trip_min) return rejected(Rejection::trip_too_short);
  if (trip > rules.trip_max) return rejected(Rejection::trip_too_long);
  MatchRequest request{.id = command.id,
                       .passenger_id = command.passenger_id,
                       .pickup = command.pickup,
                       .destination = command.destination,
                       .vehicle_type = command.vehicle_type,
                       .created_at = now};
  search_from(request, rules, now);
  return request;
}

Proposal propose(const MatchRequest& request, MatchId id, DriverId driver_id,
                 const MatchRules& rules, base::Instant now) {
  NEBENGJEK_ASSERT(request.state == RequestState::waiting);
  return {.id = id,
          .request_id = request.id,
          .driver_id = driver_id,
          .proposed_at = now,
          .expires_at = std::min(now + rules.proposal_lifetime, request.expires_at)};
}

base::Metres search_radius(const MatchRequest& request, const MatchRules& rules,
                           base::Instant now) {
  const auto searched = std::max(now - request.searching_since, base::Duration::zero());
  const auto steps = static_cast<double>(searched / rules.radius_grows_every);
  const base::Metres grown{rules.radius_first.value + steps * rules.radius_step.value};
  return std::min(grown, rules.radius_max);
}

Outcome<MatchRequest> decide(const MatchRequest& request, UserId by, const CancelRequest&,
                             base::Instant) {
  if (by == request.driver_id) return rejected(Rejection::wrong_role);
  if (by != request.passenger_id) return rejected(Rejection::not_found);
  auto next = take_step(request, RequestCommand::cancel);
  if (!next) return rejected(refusal_in(request.state));
  return next;
}

Outcome<Match> decide(const MatchRequest& request, const Proposal& proposal, UserId by,
                      const AcceptProposal&, base::Instant now) {
  if (auto refusal = refusal_to(by, request, proposal)) return rejected(*refusal);
  auto matched = take_step(request, RequestCommand::accept);
  if (!matched) return rejected(refusal_in(request.state));
  if (now >= request.expires_at) return rejected(Rejection::request_closed);
  auto accepted = answer(proposal, ProposalCommand::accept, now);
  if (!accepted) return rejected(accepted.error());
  matched->driver_id = by;
  return Match{std::move(*matched), std::move(*accepted)};
}

Outcome<Proposal> decide(const MatchRequest& request, const Proposal& proposal, UserId by,
                         const DeclineProposal&, base::Instant now) {
  if (auto refusal = refusal_to(by, request, proposal)) return rejected(*refusal);
  return answer(proposal, ProposalCommand::decline, now);
}

Outcome<Proposal> decide(const Proposal& proposal, const ExpireProposal&, base::Instant now) {
  auto next = close_proposal(proposal, ProposalCommand::expire, now);
  if (next && now < proposal.expires_at) return rejected(Rejection::too_early);
  return next;
}

Outcome<Proposal> decide(const Proposal& proposal, const WithdrawProposal&, base::Instant now) {
  return close_proposal(proposal, ProposalCommand::withdraw, now);
}

Outcome<MatchRequest> decide(const MatchRequest& request, const GiveUp&, base::Instant now) {
  auto next = take_step(request, RequestCommand::give_up);
  if (!next) return rejected(refusal_in(request.state));
  if (now < request.expires_at) return rejected(Rejection::too_early);
  next->reason = UnfulfilledReason::no_driver_found;
  return next;
}

Outcome<MatchRequest> decide(const MatchRequest& request, const ReassignRequest& command) {
  auto next = take_step(request, RequestCommand::reassign);
  if (next) next->driver_id = command.driver_id;
  return next;
}

Outcome<MatchRequest> decide(const MatchRequest& request, const Reopen&, const MatchRules& rules,
                             base::Instant now) {
  auto next = take_step(request, RequestCommand::reopen);
  if (!next) return next;
  next->driver_id = {};
  search_from(*next, rules, now);
  return next;
}

Outcome<MatchRequest> decide(const MatchRequest& request, const RefuseRequest& command) {
  auto next = take_step(request, RequestCommand::refuse);
  if (!next) return next;
  next->driver_id = {};
  next->reason = command.reason;
  return next;
}

Outcome<MatchRequest> decide(const MatchRequest& request, const CloseRequest&) {
  return take_step(request, RequestCommand::close);
}

Outcome<DriverSlot> hold(const DriverSlot& slot, const MatchRequest& request) {
  if (slot.held_by == request.id) return slot;
  if (slot.held_by) return rejected(Rejection::driver_busy);
  if (!slot.beacon_on) return rejected(Rejection::beacon_off);
  if (slot.vehicle_type != request.vehicle_type) return rejected(Rejection::vehicle_not_offered);
  if (slot.driver_id == request.passenger_id) return rejected(Rejection::invalid_value);
  DriverSlot held = slot;
  held.held_by = request.id;
  return held;
}

DriverSlot release(const DriverSlot& slot, RequestId request) {
  DriverSlot freed = slot;
  if (slot.held_by == request) freed.held_by = {};
  return freed;
}

}  // namespace domain::match
