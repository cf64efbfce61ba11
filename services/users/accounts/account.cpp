#include "services/users/accounts/account.hpp"

#include <utility>

#include "contracts/events.hpp"

namespace services::users::accounts {

using domain::rejected;
using domain::Rejection;

awaitable<Outcome<contracts::AccountExport>> AccountUseCases::tell(Caller by,
                                                                   contracts::NoArguments) {
  auto elsewhere = co_await others_.records(by.user, work_.trace());
  auto profile = co_await accounts_.find(by.user);
  if (!profile) co_return rejected(Rejection::not_found);
  contracts::AccountExport answer{.exported_at = work_.now(),
                                  .profile = *std::move(profile),
                                  .sessions = {},
                                  .requests = std::move(elsewhere.match.requests),
                                  .proposals = std::move(elsewhere.match.proposals),
                                  .rides = std::move(elsewhere.rides.rides),
                                  .ledger = std::move(elsewhere.rides.ledger),
                                  .positions = std::move(elsewhere.location.positions)};
  for (const auto& session : co_await sessions_.live(by.user)) {
    answer.sessions.push_back({.session_id = session.id,
                               .device = session.device,
                               .created_at = session.created_at,
                               .last_seen_at = session.rotated_at,
                               .current = session.id == by.session});
  }
  co_return answer;
}

awaitable<Outcome<contracts::Nothing>> AccountUseCases::remove(Caller by, contracts::NoArguments) {
  if (co_await others_.in_use(by.user, work_.trace()))
    co_return rejected(Rejection::account_in_use);
  const auto profile = co_await accounts_.find(by.user);
  if (!profile) co_return contracts::Nothing{};
  std::vector<domain::SessionId> ended;
  for (const auto& session : co_await sessions_.live(by.user)) ended.push_back(session.id);
  co_await accounts_.remove(by.user, work_.now());
  co_await work_.announce(contracts::events::user_deleted, by.user,
                          contracts::UserDeleted{.user_id = by.user});
  work_.after_commit([&notices = notices_, ended] { notices.ended(ended); });
  co_return contracts::Nothing{};
}

}  // namespace services::users::accounts
