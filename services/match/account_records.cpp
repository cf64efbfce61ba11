#include "services/match/account_records.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "contracts/operations/account.hpp"
#include "services/match/rows.hpp"
#include "services/match/views.hpp"

namespace services::match {
namespace {

namespace operations = contracts::operations;
using platform::postgres::Query;

constexpr Query account_use{"account_use", R"sql(
  select exists (select from match_requests
                 where passenger_id = $1 and state in ('waiting', 'matched'))
      or exists (select from driver_slots where driver_id = $1 and held_by is not null)
    as in_use)sql"};

constexpr Query requests_of{"requests_of", R"sql(
  select request_id from match_requests
  where passenger_id = $1 and ($2::uuid is null or request_id < $2)
  order by request_id desc limit $3)sql"};

constexpr Query proposals_of{"proposals_of", R"sql(
  select match_id, request_id, driver_id, state, pickup_metres, proposed_at, expires_at, answered_at
  from matches where driver_id = $1 and ($2::uuid is null or match_id < $2)
  order by match_id desc limit $3)sql"};

// Three digits are about 100 m.
constexpr Query forget_places{"forget_places", R"sql(
  update match_requests
  set pickup_label = null, destination_label = null,
      pickup_latitude = round(pickup_latitude::numeric, 3),
      pickup_longitude = round(pickup_longitude::numeric, 3),
      destination_latitude = round(destination_latitude::numeric, 3),
      destination_longitude = round(destination_longitude::numeric, 3)
  where passenger_id = $1)sql"};

constexpr Query forget_driver{"forget_driver", R"sql(
  update driver_slots
  set status = 'rejected', name = 'Deleted', vehicle = '', plate = '', changed_at = $2
  where driver_id = $1)sql"};

using contracts::AccountRecordsPage;
using contracts::AskRecords;
using contracts::RecordKind;

/// Behind which record the page begins.
template <class Id>
std::optional<Id> mark_of(const AskRecords& question) {
  if (!question.after) return {};
  return Id::parse(*question.after);
}

std::vector<domain::RequestId> requests_among(const std::vector<ProposalRecord>& proposals) {
  std::vector<domain::RequestId> ids;
  for (const auto& each : proposals) ids.push_back(each.proposal.request_id);
  return ids;
}

class AccountRecords {
 public:
  explicit AccountRecords(binding::Work& work) : work_(work) {}

  awaitable<Outcome<contracts::AccountUse>> use(Caller, contracts::AskAccountUse question) {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(account_use, question.user_id);
    contracts::AccountUse use;
    if (rows.front().get<bool>("in_use")) use.refusal = domain::Rejection::account_in_use;
    co_return use;
  }

  awaitable<Outcome<AccountRecordsPage>> tell(Caller, AskRecords question) {
    if (question.kind == RecordKind::requests) co_return co_await requests(question);
    if (question.kind == RecordKind::proposals) co_return co_await proposals(question);
    co_return domain::rejected(domain::Rejection::invalid_value);
  }

 private:
  awaitable<AccountRecordsPage> requests(const AskRecords& question) {
    auto& session = *co_await work_.session();
    const auto ids = column<domain::RequestId>(
        co_await session.run(requests_of, question.user_id, mark_of<domain::RequestId>(question),
                             question.limit),
        "request_id");
    std::map<domain::RequestId, RequestRecord> found;
    for (auto& record : co_await read_requests(session, ids)) {
      found.emplace(record.request.id, std::move(record));
    }
    AccountRecordsPage page;
    for (const auto& id : ids) page.records.requests.push_back(request_view(found.at(id)));
    if (std::ssize(ids) == question.limit) page.next = ids.back().text();
    co_return page;
  }

  awaitable<AccountRecordsPage> proposals(const AskRecords& question) {
    auto& session = *co_await work_.session();
    std::vector<ProposalRecord> asked;
    for (const auto row : co_await session.run(
             proposals_of, question.user_id, mark_of<domain::MatchId>(question), question.limit)) {
      asked.push_back(proposal_of(row));
    }
    std::map<domain::RequestId, RequestRecord> requests;
    for (auto& record : co_await read_requests(session, requests_among(asked))) {
      requests.emplace(record.request.id, std::move(record));
    }
    AccountRecordsPage page;
    for (const auto& each : asked) {
      page.records.proposals.push_back(veiled_view(requests.at(each.proposal.request_id), each));
    }
    if (std::ssize(asked) == question.limit) page.next = asked.back().proposal.id.text();
    co_return page;
  }

  binding::Work& work_;
};

class Forgetting {
 public:
  Forgetting(binding::Work& work, std::shared_ptr<MatchUseCases> use_cases)
      : work_(work), use_cases_(std::move(use_cases)) {}

  awaitable<void> forget(contracts::UserDeleted deleted) {
    const auto user = deleted.user_id;
    auto& session = *co_await work_.session();
    // He may have asked for a ride in the moment in which the account was deleted.
    co_await use_cases_->let_go(user);
    co_await session.run(forget_places, user);
    co_await session.run(forget_driver, user, work_.now());
  }

 private:
  binding::Work& work_;
  std::shared_ptr<MatchUseCases> use_cases_;
};

constexpr binding::Command<AccountRecords> commands[] = {
    binding::on<&AccountRecords::use>(operations::match_account_use),
    binding::on<&AccountRecords::tell>(operations::match_account_records),
};

constexpr binding::Reaction<Forgetting> reactions[] = {
    binding::when<&Forgetting::forget>(contracts::events::user_deleted),
};

}  // namespace

std::vector<binding::BoundCommand> account_commands() {
  return binding::bind<AccountRecords>(
      commands, [](binding::Work& work) { return std::make_shared<AccountRecords>(work); });
}

std::vector<binding::BoundReaction> account_reactions(binding::MakeUseCases<MatchUseCases> make) {
  return binding::bind<Forgetting>(reactions, [make = std::move(make)](binding::Work& work) {
    return std::make_shared<Forgetting>(work, make(work));
  });
}

}  // namespace services::match
