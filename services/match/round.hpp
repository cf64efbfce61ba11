#pragma once

/// One round of dispatch, between reading who waits and proposing: pure.

#include <vector>

#include "contracts/location.hpp"
#include "services/match/config.hpp"
#include "services/match/dispatch.hpp"
#include "services/match/ports.hpp"

namespace services::match {

/// What to ask the live map: one question for each request, in their order.
std::vector<contracts::FindDrivers> questions(const std::vector<Waiting>& waiting,
                                              const MatchConfig& config, base::Instant now);

/// Everybody who was found, once each.
std::vector<domain::DriverId> everybody(const std::vector<contracts::FoundDrivers>& found);

/// Those found for each request whose slot could be held for it. `free` are the free slots among
/// them; arrival is guessed from the straight line and `approach_kmh`.
std::vector<domain::match::Candidate> candidates(const std::vector<Waiting>& waiting,
                                                 const std::vector<contracts::FoundDrivers>& found,
                                                 const std::vector<DriverRecord>& free,
                                                 double approach_kmh);

/// The policy's pairs with what is needed to carry them out.
std::vector<Choice> choices(const std::vector<domain::match::Pair>& pairs,
                            const std::vector<Waiting>& waiting,
                            const std::vector<domain::match::Candidate>& candidates);

}  // namespace services::match
