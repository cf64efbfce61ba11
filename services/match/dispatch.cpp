#include "services/match/dispatch.hpp"

#include <unordered_map>
#include <utility>

#include "contracts/events.hpp"
#include "services/match/views.hpp"

namespace services::match {
namespace {

namespace rules = domain::match;

std::unordered_map<domain::RequestId, RequestRecord> by_id(std::vector<RequestRecord> records) {
  std::unordered_map<domain::RequestId, RequestRecord> map;
  for (auto& record : records) map.emplace(record.request.id, std::move(record));
  return map;
}

std::unordered_map<domain::DriverId, DriverRecord> by_id(std::vector<DriverRecord> records) {
  std::unordered_map<domain::DriverId, DriverRecord> map;
  for (auto& record : records) map.emplace(record.slot.driver_id, std::move(record));
  return map;
}

template <class Id>
std::vector<Id> ids_of(const std::vector<Choice>& choices, Id Choice::* member) {
  std::vector<Id> ids;
  for (const auto& choice : choices) ids.push_back(choice.*member);
  return ids;
}

}  // namespace

Dispatch::Dispatch(binding::Work& work, const rules::MatchRules& match_rules,
                   std::unique_ptr<MatchStore> store, std::unique_ptr<DispatchStore> board)
    : work_(work),
      rules_(match_rules),
      store_(std::move(store)),
      board_(std::move(board)),
      proposals_(work_, *store_) {}

awaitable<std::size_t> Dispatch::expire_proposals(const Zone& zone, std::size_t limit) {
  const auto requests = co_await board_->lock_unanswered(zone, limit, work_.now());
  for (const auto& request : requests) co_await expire_in(request);
  co_return requests.size();
}

awaitable<void> Dispatch::expire_in(const RequestRecord& request) {
  std::vector<ProposalRecord> expired;
  for (auto record : co_await store_->open_proposals(request.request.id)) {
    const auto proposal = decide(record.proposal, rules::ExpireProposal{}, work_.now());
    if (!proposal) continue;  // This one has time left.
    record.proposal = *proposal;
    expired.push_back(record);
  }
  co_await proposals_.close(request, expired);
}

awaitable<std::size_t> Dispatch::give_up_requests(const Zone& zone, std::size_t limit) {
  auto records = co_await board_->lock_impatient(zone, limit, work_.now());
  for (auto& record : records) co_await give_up(std::move(record));
  co_return records.size();
}

awaitable<void> Dispatch::give_up(RequestRecord record) {
  const auto given_up = decide(record.request, rules::GiveUp{}, work_.now());
  if (!given_up) co_return;
  record.request = *given_up;
  co_await store_->save(record.request);
  co_await proposals_.withdraw(record);
  co_await store_->release_all(record.request.id, work_.now());
  const contracts::RequestChanged changed{.passenger_id = record.request.passenger_id,
                                          .request = request_view(record)};
  co_await work_.announce(contracts::events::request_unfulfilled, record.request.id, changed);
}

awaitable<std::size_t> Dispatch::propose(const std::vector<Choice>& choices) {
  const auto requests = by_id(co_await board_->lock_waiting(ids_of(choices, &Choice::request_id)));
  const auto drivers = by_id(co_await board_->lock_free(ids_of(choices, &Choice::driver_id)));
  std::vector<Opening> openings;
  for (const auto& choice : choices) {
    const auto request = requests.find(choice.request_id);
    const auto driver = drivers.find(choice.driver_id);
    if (request == requests.end() || driver == drivers.end()) continue;
    const auto& record = request->second;
    if (record.request.version != choice.version) continue;
    const auto slot = hold(driver->second.slot, record.request);
    if (!slot) continue;
    openings.push_back(
        {record,
         {.proposal = propose_to(choice.driver_id, record.request), .distance = choice.distance},
         *slot});
  }
  co_await proposals_.open(openings);
  co_return openings.size();
}

rules::Proposal Dispatch::propose_to(domain::DriverId driver,
                                     const rules::MatchRequest& request) const {
  return rules::propose(request, work_.new_id<domain::MatchId>(), driver, rules_, work_.now());
}

}  // namespace services::match
