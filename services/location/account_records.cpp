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
using domain::Outcome;
using platform::awaitable;
using platform::postgres::Query;

constexpr Query positions_of{"positions_of", R"sql(
  select at, latitude, longitude from locations where user_id = $1
  order by received_at desc limit $2)sql"};

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

  awaitable<Outcome<contracts::PositionRecords>> tell(Caller, contracts::UserRef user) {
    constexpr auto records_max = static_cast<std::int64_t>(contracts::account_records_max);
    auto& session = *co_await work_.session();
    contracts::PositionRecords records;
    for (const auto row : co_await session.run(positions_of, user.user_id, records_max)) {
      records.positions.push_back({.at = row.get<base::Instant>("at"),
                                   .latitude = row.get<double>("latitude"),
                                   .longitude = row.get<double>("longitude")});
    }
    co_return records;
  }

  awaitable<void> forget(contracts::UserDeleted deleted) {
    auto& session = *co_await work_.session();
    co_await session.run(remember_to_forget, deleted.user_id, work_.now());
  }

 private:
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
