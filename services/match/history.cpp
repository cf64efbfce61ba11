#include "services/match/history.hpp"

#include <algorithm>

#include "base/json/enums.hpp"
#include "services/match/queries.hpp"
#include "services/match/rows.hpp"
#include "services/match/views.hpp"

namespace services::match {
namespace {

using contracts::ProposalStory;
using contracts::RequestStory;
using contracts::StaffRequest;
using platform::postgres::Row;

constexpr int page_size_default = 20;

/// By whichever index finds the fewest.
const platform::postgres::Query& search_for(const contracts::SearchRequests& question) {
  if (question.passenger_id) return queries::requests_of_passenger;
  if (question.driver_id) return queries::requests_of_driver;
  return queries::requests_of_anybody;
}

/// Cuts the one that was read beyond the page, and says where the next page goes on.
std::optional<domain::RequestId> cut(std::vector<RequestRecord>& records,
                                     std::optional<int> limit) {
  const auto size = static_cast<std::size_t>(limit.value_or(page_size_default));
  if (records.size() <= size) return {};
  records.resize(size);
  return records.back().request.id;
}

StaffRequest staff_view(const RequestRecord& record) {
  return {.passenger_id = record.request.passenger_id, .request = request_view(record)};
}

ProposalStory proposal_story_of(const Row& row) {
  return {.match_id = row.get<domain::MatchId>("match_id"),
          .driver_id = row.get<domain::DriverId>("driver_id"),
          .state = row.get<domain::match::ProposalState>("state"),
          .pickup_metres = row.get<double>("pickup_metres"),
          .proposed_at = row.get<base::Instant>("proposed_at"),
          .expires_at = row.get<base::Instant>("expires_at"),
          .answered_at = row.maybe<base::Instant>("answered_at"),
          .undone_at = row.maybe<base::Instant>("undone_at")};
}

/// Drivers accept and decline; what else happens to a proposal is the system's doing.
void tell(RequestStory& story, const ProposalStory& proposal) {
  using domain::match::ProposalState;
  const auto driver = "driver:" + proposal.driver_id.text();
  story.timeline.push_back({proposal.proposed_at, "proposal.made", "system", driver});
  if (proposal.answered_at) {
    const bool himself =
        proposal.state == ProposalState::accepted || proposal.state == ProposalState::declined;
    auto what = "proposal." + std::string{base::json::name_of(proposal.state)};
    story.timeline.push_back({*proposal.answered_at, std::move(what), himself ? driver : "system",
                              himself ? std::nullopt : std::optional{driver}});
  }
  if (proposal.undone_at) {
    story.timeline.push_back({*proposal.undone_at, "proposal.undone", "system", driver});
  }
}

}  // namespace

HistoryUseCases::Told<contracts::RequestPage> HistoryUseCases::list_requests(
    Caller caller, contracts::ListRequests question) {
  auto records = co_await search({.passenger_id = caller.user,
                                  .state = question.state,
                                  .from = question.from,
                                  .until = question.until,
                                  .cursor = question.cursor,
                                  .limit = question.limit});
  contracts::RequestPage page{.next_cursor = cut(records, question.limit)};
  for (const auto& record : records) page.requests.push_back(request_view(record));
  co_return page;
}

HistoryUseCases::Told<contracts::StaffRequestPage> HistoryUseCases::search_requests(
    Caller, contracts::SearchRequests question) {
  auto records = co_await search(question);
  contracts::StaffRequestPage page{.next_cursor = cut(records, question.limit)};
  for (const auto& record : records) page.requests.push_back(staff_view(record));
  co_return page;
}

HistoryUseCases::Told<RequestStory> HistoryUseCases::tell_request_story(
    Caller, contracts::RequestRef question) {
  RequestStory story;
  const auto found = co_await search({.request_id = question.request_id});
  if (found.empty()) co_return story;
  story.request = staff_view(found.front());
  story.proposals = co_await proposals(question.request_id);
  co_await add_timeline(story, found.front());
  co_return story;
}

awaitable<std::vector<RequestRecord>> HistoryUseCases::search(contracts::SearchRequests question) {
  const std::int64_t one_more = question.limit.value_or(page_size_default) + 1;
  const auto rows = co_await pool_.run(search_for(question), question.request_id,
                                       question.passenger_id, question.driver_id, question.state,
                                       question.from, question.until, question.cursor, one_more);
  std::vector<RequestRecord> records;
  const auto ids = column<domain::RequestId>(rows, "request_id");
  for (const auto row : co_await pool_.run(queries::read_requests, ids)) {
    records.push_back(request_record_of(row));
  }
  std::ranges::sort(records, std::ranges::greater{},
                    [](const RequestRecord& record) { return record.request.id; });
  co_return records;
}

awaitable<std::vector<ProposalStory>> HistoryUseCases::proposals(domain::RequestId id) {
  std::vector<ProposalStory> proposals;
  for (const auto row : co_await pool_.run(queries::proposals_of_request, id)) {
    proposals.push_back(proposal_story_of(row));
  }
  co_return proposals;
}

awaitable<void> HistoryUseCases::add_timeline(RequestStory& story, const RequestRecord& record) {
  const auto& request = record.request;
  const auto passenger = "passenger:" + request.passenger_id.text();
  story.timeline.push_back({request.created_at, "request.created", passenger, {}});
  for (const auto& proposal : story.proposals) tell(story, proposal);
  for (const auto row : co_await pool_.run(queries::reassignments_of_request, request.id)) {
    story.timeline.push_back({row.get<base::Instant>("asked_at"), "match.reassigned",
                              "staff:" + row.get<std::string>("asked_by"),
                              row.get<std::string>("reason")});
  }
  for (const auto row : co_await pool_.run(queries::actions_of_request, request.id)) {
    story.timeline.push_back({row.get<base::Instant>("at"), row.get<std::string>("what"),
                              row.get<std::string>("by"), row.get<std::string>("reason")});
  }
  for (const auto row : co_await pool_.run(queries::end_of_request, request.id)) {
    story.timeline.push_back({row.get<base::Instant>("ended_at"),
                              "request." + std::string{base::json::name_of(request.state)},
                              "system",
                              {}});
  }
}

}  // namespace services::match
