#include "services/users/accounts/sessions.hpp"

#include <utility>

namespace services::users::accounts {
namespace {

contracts::SessionView view_of(const Session& session, domain::SessionId current) {
  return {.session_id = session.id,
          .device = session.device,
          .created_at = session.created_at,
          .last_seen_at = session.rotated_at,
          .current = session.id == current};
}

}  // namespace

awaitable<Outcome<contracts::Sessions>> SessionUseCases::list(Caller by, contracts::NoArguments) {
  contracts::Sessions answer;
  for (const auto& session : co_await sessions_.live(by.user)) {
    answer.sessions.push_back(view_of(session, by.session));
  }
  co_return answer;
}

awaitable<Outcome<contracts::Nothing>> SessionUseCases::end(Caller by, contracts::SessionRef ref) {
  const auto session = co_await sessions_.find(ref.session_id);
  const bool visible = session && session->user_id == by.user && !session->revoked_at;
  if (!visible) co_return domain::rejected(domain::Rejection::not_found);
  co_await end_all({session->id});
  co_return contracts::Nothing{};
}

awaitable<Outcome<contracts::EndedSessions>> SessionUseCases::end_others(Caller by,
                                                                         contracts::NoArguments) {
  std::vector<domain::SessionId> others;
  for (const auto& session : co_await sessions_.live(by.user)) {
    if (session.id != by.session) others.push_back(session.id);
  }
  const contracts::EndedSessions answer{.count = static_cast<int>(others.size())};
  co_await end_all(std::move(others));
  co_return answer;
}

awaitable<Outcome<contracts::Nothing>> SessionUseCases::logout(Caller by, contracts::NoArguments) {
  const auto session = co_await sessions_.find(by.session);
  if (session && !session->revoked_at) co_await end_all({session->id});
  co_return contracts::Nothing{};
}

awaitable<void> SessionUseCases::end_all(std::vector<domain::SessionId> ended) {
  for (const auto& session : ended) co_await sessions_.revoke(session, work_.now());
  work_.after_commit([&notices = notices_, ended] { notices.ended(ended); });
}

}  // namespace services::users::accounts
