#pragma once

/// What match does by itself: unanswered proposals expire, impatient requests are given up, waiting
/// requests are proposed to drivers. Each function is a part of one commit of the dispatcher.

#include <memory>
#include <vector>

#include "services/binding/work.hpp"
#include "services/match/ports.hpp"
#include "services/match/proposals.hpp"

namespace services::match {

/// A driver to be asked, as a round decided on a request that was at `version` then.
struct Choice {
  domain::RequestId request_id;
  std::int64_t version = 0;
  domain::DriverId driver_id;
  base::Metres distance;
};

class Dispatch {
 public:
  Dispatch(binding::Work& work, const domain::match::MatchRules& rules,
           std::unique_ptr<MatchStore> store, std::unique_ptr<DispatchStore> board);

  /// Each returns how many there were, at most `limit`; call again when it was that many.
  awaitable<std::size_t> expire_proposals(const Zone& zone, std::size_t limit);
  awaitable<std::size_t> give_up_requests(const Zone& zone, std::size_t limit);

  /// Makes those proposals whose request still waits as it did and whose driver is still free.
  /// Returns how many.
  awaitable<std::size_t> propose(const std::vector<Choice>& choices);

 private:
  awaitable<void> expire_in(const RequestRecord& request);
  awaitable<void> give_up(RequestRecord record);
  domain::match::Proposal propose_to(domain::DriverId driver,
                                     const domain::match::MatchRequest& request) const;

  binding::Work& work_;
  domain::match::MatchRules rules_;
  std::unique_ptr<MatchStore> store_;
  std::unique_ptr<DispatchStore> board_;
  Proposals proposals_;
};

}  // namespace services::match
