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
  select request_id from match_requests where passenger_id = $1
  order by created_at desc limit $2)sql"};

constexpr Query proposals_of{"proposals_of", R"sql(
  select match_id, request_id, driver_id, state, pickup_metres, proposed_at, expires_at, answered_at
  from matches where driver_id = $1 order by proposed_at desc limit $2)sql"};

constexpr Query waiting_request_of{"waiting_request_of", R"sql(
  select request_id from match_requests where passenger_id = $1 and state = 'waiting')sql"};

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

constexpr auto records_max = static_cast<std::int64_t>(contracts::account_records_max);

std::vector<domain::RequestId> requests_among(const std::vector<ProposalRecord>& proposals) {
  std::vector<domain::RequestId> ids;
  for (const auto& each : proposals) ids.push_back(each.proposal.request_id);
  return ids;
}

class AccountRecords {
 public:
  explicit AccountRecords(binding::Work& work) : work_(work) {}

  awaitable<Outcome<contracts::AccountUse>> use(Caller, contracts::UserRef user) {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(account_use, user.user_id);
    co_return contracts::AccountUse{.in_use = rows.front().get<bool>("in_use")};
  }

  awaitable<Outcome<contracts::MatchRecords>> tell(Caller, contracts::UserRef user) {
    contracts::MatchRecords records;
    records.requests = co_await requests(user.user_id);
    records.proposals = co_await proposals(user.user_id);
    co_return records;
  }

 private:
  awaitable<std::vector<contracts::RequestView>> requests(domain::UserId user) {
    auto& session = *co_await work_.session();
    const auto ids = column<domain::RequestId>(co_await session.run(requests_of, user, records_max),
                                               "request_id");
    std::vector<contracts::RequestView> views;
    for (const auto& record : co_await read_requests(session, ids)) {
      views.push_back(request_view(record));
    }
    std::ranges::reverse(views);
    co_return views;
  }

  awaitable<std::vector<contracts::ProposalView>> proposals(domain::UserId user) {
    auto& session = *co_await work_.session();
    std::vector<ProposalRecord> asked;
    for (const auto row : co_await session.run(proposals_of, user, records_max)) {
      asked.push_back(proposal_of(row));
    }
    std::map<domain::RequestId, RequestRecord> requests;
    for (auto& record : co_await read_requests(session, requests_among(asked))) {
      requests.emplace(record.request.id, std::move(record));
    }
    std::vector<contracts::ProposalView> views;
    for (const auto& each : asked) {
      views.push_back(veiled_view(requests.at(each.proposal.request_id), each));
    }
    co_return views;
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
    // Asked for in the moment in which the account was deleted.
    for (const auto id :
         column<domain::RequestId>(co_await session.run(waiting_request_of, user), "request_id")) {
      co_await use_cases_->cancel_request(Caller{.user = user}, {.request_id = id});
    }
    co_await use_cases_->set_beacon(Caller{.user = user}, {.on = false});
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
