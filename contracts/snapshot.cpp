#include "contracts/snapshot.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace contracts {
namespace {

using domain::UserId;
using domain::match::ProposalState;

template <class Payload>
Payload read(const boost::json::value& payload) {
  auto decoded = base::json::decode<Payload>(payload, base::json::Unknown::ignore);
  if (!decoded) throw std::invalid_argument{"an event's payload is not what its type promises"};
  return std::move(*decoded);
}

// One pair of functions a payload: whose documents it touches, and what it changes in one of them.

std::vector<UserId> audience_of(const DriverChanged& event) { return {event.driver.driver_id}; }
std::vector<UserId> audience_of(const BeaconChanged& event) { return {event.driver_id}; }
std::vector<UserId> audience_of(const RequestChanged& event) { return {event.passenger_id}; }
std::vector<UserId> audience_of(const ProposalChanged& event) { return {event.driver_id}; }
std::vector<UserId> audience_of(const MatchAccepted& event) { return {event.passenger_id}; }
std::vector<UserId> audience_of(const RideChanged& event) {
  std::vector<UserId> users{event.ride.passenger_id, event.ride.driver.driver_id};
  if (event.previous_driver_id) users.push_back(*event.previous_driver_id);
  return users;
}
std::vector<UserId> audience_of(const RideRefused& event) { return {event.driver_id}; }
std::vector<UserId> audience_of(const WalletChanged& event) { return {event.passenger_id}; }

void apply(Document& document, UserId, DriverChanged event) { document.driver = std::move(event); }

void apply(Document& document, UserId, const BeaconChanged& event) { document.beacon = event.on; }

void apply(Document& document, UserId, RequestChanged event) {
  document.request = std::move(event.request);
}

void apply(Document& document, UserId, ProposalChanged event) {
  const bool open = event.proposal.state == ProposalState::proposed;
  if (open) {
    document.refused.reset();
    document.proposal = std::move(event.proposal);
  } else if (document.proposal && document.proposal->match_id == event.proposal.match_id) {
    document.proposal.reset();
  }
}

void apply(Document& document, UserId, MatchAccepted event) {
  if (!document.request || document.request->request_id != event.request_id) return;
  document.request->state = domain::match::RequestState::matched;
  document.request->driver = std::move(event.driver);
}

void apply(Document& document, UserId user, RideChanged event) {
  if (user == event.previous_driver_id) {
    // Unless he has the next one already.
    if (document.ride && document.ride->ride_id == event.ride.ride_id) document.ride.reset();
    return;
  }
  const bool requested = document.request && document.request->request_id == event.ride.ride_id;
  if (event.previous_driver_id && requested) document.request->driver = event.ride.driver;
  if (user == event.ride.driver.driver_id) document.refused.reset();
  document.ride = as_seen_by(user, std::move(event.ride));
}

void apply(Document& document, UserId, const RideRefused& event) {
  document.refused = {
      .match_id = event.match_id, .request_id = event.ride_id, .reason = event.reason};
}

void apply(Document& document, UserId, const WalletChanged& event) {
  document.wallet = event.balance;
}

template <class Payload>
std::vector<UserId> audience_from(const boost::json::value& payload) {
  return audience_of(read<Payload>(payload));
}

template <class Payload>
void apply_from(Document& document, UserId user, const boost::json::value& payload) {
  apply(document, user, read<Payload>(payload));
}

struct Row {
  std::string_view type;
  std::vector<UserId> (*audience)(const boost::json::value&);
  void (*apply)(Document&, UserId, const boost::json::value&);
};

template <class Payload>
constexpr Row row(const EventKind<Payload>& kind) {
  return {kind.type, &audience_from<Payload>, &apply_from<Payload>};
}

constexpr std::array rows{
    row(events::driver_changed),      row(events::beacon_changed),
    row(events::request_created),     row(events::request_cancelled),
    row(events::request_unfulfilled), row(events::request_reopened),
    row(events::request_closed),      row(events::proposal_made),
    row(events::proposal_closed),     row(events::match_accepted),
    row(events::ride_matched),        row(events::ride_driver_arrived),
    row(events::ride_started),        row(events::ride_completed),
    row(events::ride_fare_final),     row(events::ride_cancelled),
    row(events::ride_paid),           row(events::payment_requested),
    row(events::payment_failed),      row(events::payment_settled),
    row(events::wallet_changed),      row(events::ride_reassigned),
    row(events::ride_refused),
};

const Row* find_row(std::string_view type) {
  const auto* found = std::ranges::find(rows, type, &Row::type);
  return found == rows.end() ? nullptr : found;
}

}  // namespace

std::vector<std::string> folded_types() {
  std::vector<std::string> types;
  for (const auto& each : rows) types.emplace_back(each.type);
  return types;
}

std::vector<UserId> audience(std::string_view type, const boost::json::value& payload) {
  const auto* found = find_row(type);
  return found ? found->audience(payload) : std::vector<UserId>{};
}

Document fold(Document document, UserId user, std::string_view type,
              const boost::json::value& payload) {
  if (const auto* found = find_row(type)) found->apply(document, user, payload);
  return document;
}

RideView as_seen_by(UserId viewer, RideView ride) {
  if (viewer != ride.passenger_id) ride.pin.reset();
  return ride;
}

}  // namespace contracts
