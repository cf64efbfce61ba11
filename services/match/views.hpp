#pragma once

/// What each side is shown of a request and a proposal.

#include "contracts/events.hpp"
#include "services/match/ports.hpp"

namespace services::match {

/// For the passenger.
contracts::RequestView request_view(const RequestRecord& record);

/// For a driver who has accepted: the places exactly.
contracts::ProposalView exact_view(const RequestRecord& request, const ProposalRecord& proposal);

/// For a driver who was asked: the places to 100 m and without a label.
contracts::ProposalView veiled_view(const RequestRecord& request, const ProposalRecord& proposal);

/// For rides: all that a ride is made from. The request has its driver.
contracts::MatchAccepted acceptance(const RequestRecord& request, const ProposalRecord& proposal);

/// A driver on everybody's map.
contracts::NearbyDriver anonymous(const contracts::FoundDriver& driver);

}  // namespace services::match
