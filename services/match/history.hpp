#pragma once

/// Looking back at requests, for their passengers and for operators. Read without a transaction.

#include "contracts/operators.hpp"
#include "domain/rejection.hpp"
#include "platform/postgres/pool.hpp"
#include "services/binding/caller.hpp"
#include "services/match/ports.hpp"

namespace services::match {

class HistoryUseCases {
 public:
  explicit HistoryUseCases(platform::postgres::Pool& pool) : pool_(pool) {}

  using Caller = binding::Caller;
  template <class T>
  using Told = awaitable<domain::Outcome<T>>;

  Told<contracts::RequestPage> list_requests(Caller caller, contracts::ListRequests question);
  Told<contracts::StaffRequestPage> search_requests(Caller caller,
                                                    contracts::SearchRequests question);
  /// Asked by rides. Empty for a request that does not exist.
  Told<contracts::RequestStory> tell_request_story(Caller caller, contracts::RequestRef question);

 private:
  awaitable<std::vector<RequestRecord>> search(contracts::SearchRequests question);
  awaitable<std::vector<contracts::ProposalStory>> proposals(domain::RequestId id);
  awaitable<void> add_timeline(contracts::RequestStory& story, const RequestRecord& record);

  platform::postgres::Pool& pool_;
};

}  // namespace services::match
