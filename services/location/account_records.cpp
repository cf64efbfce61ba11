#include "services/location/account_records.hpp"

#include <chrono>

#include "contracts/operations/account.hpp"
#include "domain/rejection.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"

namespace services::location {
namespace {

namespace operations = contracts::operations;
using binding::Caller;
using contracts::PositionMark;
using domain::Outcome;
using platform::awaitable;
using platform::postgres::Query;

constexpr Query positions_of{"positions_of", R"sql(
  select at, latitude, longitude, received_at, session_id, sequence from locations
  where user_id = $1
    and ($2::timestamptz is null
         or received_at <= $2 and (received_at, session_id, sequence) < ($2, $3::uuid, $4::bigint))
  order by received_at desc, session_id desc, sequence desc limit $5)sql"};

constexpr Query remember_to_forget{"remember_to_forget", R"sql(
  insert into forgotten_users (user_id, since) values ($1, $2) on conflict do nothing)sql"};

constexpr Query whom_to_forget{"whom_to_forget", R"sql(
  select user_id from forgotten_users order by since limit 100)sql"};

// Oldest first, by the index on (user_id, received_at).
constexpr Query forget_some{"forget_some", R"sql(
  delete from locations where user_id = $1 and received_at <= (
    select max(received_at) from (
      select received_at from locations where user_id = $1
      order by received_at limit 1000) as oldest))sql"};

constexpr Query has_forgotten{"has_forgotten", R"sql(
  delete from forgotten_users where user_id = $1 and since < $2)sql"};

constexpr auto interval = std::chrono::seconds{5};
// Positions that were on their way when the account was deleted are written within so long.
constexpr auto stragglers_arrive_within = std::chrono::minutes{5};

class AccountRecords {
 public:
  explicit AccountRecords(binding::Work& work) : work_(work) {}

  awaitable<Outcome<contracts::AccountRecordsPage>> tell(Caller, contracts::AskRecords question) {
    using domain::Rejection;
    if (question.kind != contracts::RecordKind::positions) {
      co_return domain::rejected(Rejection::invalid_value);
    }
    std::optional<PositionMark> after;
    if (question.after) after = PositionMark::parse(*question.after);
    contracts::AccountRecordsPage page;
    PositionMark last;
    for (const auto row : co_await read(question, after)) {
      page.records.positions.push_back({.at = row.get<base::Instant>("at"),
                                        .latitude = row.get<double>("latitude"),
                                        .longitude = row.get<double>("longitude")});
      last = mark_of(row);
    }
    const bool full = std::ssize(page.records.positions) == question.limit;
    if (full) page.next = last.text();
    co_return page;
  }

  awaitable<void> forget(contracts::UserDeleted deleted) {
    auto& session = *co_await work_.session();
    co_await session.run(remember_to_forget, deleted.user_id, work_.now());
  }

 private:
  awaitable<platform::postgres::Rows> read(const contracts::AskRecords& question,
                                           std::optional<PositionMark> after) {
    auto& session = *co_await work_.session();
    if (!after) {
      co_return co_await session.run(positions_of, question.user_id, std::optional<base::Instant>{},
                                     std::optional<domain::SessionId>{},
                                     std::optional<std::int64_t>{}, question.limit);
    }
    co_return co_await session.run(positions_of, question.user_id, after->received_at,
                                   after->session_id, after->sequence, question.limit);
  }

  static PositionMark mark_of(const platform::postgres::Row& row) {
    return {.received_at = row.get<base::Instant>("received_at"),
            .session_id = row.get<domain::SessionId>("session_id"),
            .sequence = row.get<std::int64_t>("sequence")};
  }

  binding::Work& work_;
};

constexpr binding::Command<AccountRecords> commands[] = {
    binding::on<&AccountRecords::tell>(operations::location_account_records),
};

constexpr binding::Reaction<AccountRecords> reactions[] = {
    binding::when<&AccountRecords::forget>(contracts::events::user_deleted),
};

std::shared_ptr<AccountRecords> make(binding::Work& work) {
  return std::make_shared<AccountRecords>(work);
}

awaitable<void> forget_everybody_due(platform::postgres::Pool& pool, base::Instant now) {
  for (const auto row : co_await pool.run(whom_to_forget)) {
    const auto user = row.get<domain::UserId>("user_id");
    while ((co_await pool.run(forget_some, user)).affected() > 0) {
    }
    co_await pool.run(has_forgotten, user, now - stragglers_arrive_within);
  }
}

}  // namespace

std::vector<binding::BoundCommand> account_commands() {
  return binding::bind<AccountRecords>(commands, &make);
}

std::vector<binding::BoundReaction> account_reactions() {
  return binding::bind<AccountRecords>(reactions, &make);
}

void start_forgetting(const binding::Environment& environment) {
  environment.runtime.tasks().spawn("location.forgetting", [environment]() -> awaitable<void> {
    for (;;) {
      co_await platform::runtime::sleep_for(interval);
      try {
        co_await forget_everybody_due(environment.pool, environment.runtime.now());
      } catch (const std::runtime_error& error) {
        platform::telemetry::warn("location.forgetting_put_off", {{"reason", error.what()}});
      }
    }
  });
}

}  // namespace services::location
