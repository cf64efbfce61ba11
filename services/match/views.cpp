#include "services/match/views.hpp"

namespace services::match {
namespace {

using contracts::place_at;
using domain::geo::rounded_to_100_m;

contracts::ProposalView view(const RequestRecord& request, const ProposalRecord& record,
                             contracts::Place pickup, contracts::Place destination) {
  return {.match_id = record.proposal.id,
          .request_id = record.proposal.request_id,
          .state = record.proposal.state,
          .pickup = std::move(pickup),
          .destination = std::move(destination),
          .vehicle_type = request.request.vehicle_type,
          .pickup_metres = record.distance.value,
          .expires_at = record.proposal.expires_at};
}

}  // namespace

contracts::RequestView request_view(const RequestRecord& record) {
  const auto& request = record.request;
  return {.request_id = request.id,
          .state = request.state,
          .pickup = place_at(request.pickup, record.pickup_label),
          .destination = place_at(request.destination, record.destination_label),
          .vehicle_type = request.vehicle_type,
          .created_at = request.created_at,
          .expires_at = request.expires_at,
          .driver = record.driver,
          .reason = request.reason};
}

contracts::ProposalView exact_view(const RequestRecord& request, const ProposalRecord& proposal) {
  return view(request, proposal, place_at(request.request.pickup, request.pickup_label),
              place_at(request.request.destination, request.destination_label));
}

contracts::ProposalView veiled_view(const RequestRecord& request, const ProposalRecord& proposal) {
  return view(request, proposal, place_at(rounded_to_100_m(request.request.pickup)),
              place_at(rounded_to_100_m(request.request.destination)));
}

contracts::MatchAccepted acceptance(const RequestRecord& request, const ProposalRecord& proposal) {
  return {.request_id = request.request.id,
          .match_id = proposal.proposal.id,
          .passenger_id = request.request.passenger_id,
          .driver = request.driver.value(),
          .pickup = place_at(request.request.pickup, request.pickup_label),
          .destination = place_at(request.request.destination, request.destination_label),
          .accepted_at = proposal.proposal.answered_at.value(),
          .requested_at = request.request.created_at};
}

contracts::NearbyDriver anonymous(const contracts::FoundDriver& driver) {
  const auto place = rounded_to_100_m({driver.latitude, driver.longitude});
  return {.latitude = place.latitude, .longitude = place.longitude, .heading = driver.heading};
}

}  // namespace services::match
