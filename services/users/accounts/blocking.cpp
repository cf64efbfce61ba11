#include "services/users/accounts/blocking.hpp"

#include <utility>
#include <vector>

#include "contracts/events.hpp"
#include "services/users/accounts/people.hpp"

namespace services::users::accounts {

using domain::rejected;
using domain::identity::AccountCommand;
using domain::identity::AccountState;

awaitable<Outcome<contracts::StaffUser>> BlockingUseCases::block(Caller by,
                                                                 contracts::UserDecision decision) {
  const auto step = co_await take_step(AccountCommand::block, decision);
  if (!step) co_return rejected(step.error());
  std::vector<domain::SessionId> ended;
  for (const auto& session : co_await sessions_.live(decision.user_id)) {
    ended.push_back(session.id);
    co_await sessions_.revoke(session.id, work_.now());
  }
  co_await work_.announce(contracts::events::user_blocked, decision.user_id,
                          contracts::UserBlocked{.user_id = decision.user_id});
  work_.after_commit([&notices = notices_, ended] { notices.ended(ended); });
  co_return co_await shown(by, decision.user_id);
}

awaitable<Outcome<contracts::StaffUser>> BlockingUseCases::unblock(
    Caller by, contracts::UserDecision decision) {
  const auto step = co_await take_step(AccountCommand::unblock, decision);
  if (!step) co_return rejected(step.error());
  co_return co_await shown(by, decision.user_id);
}

awaitable<Outcome<void>> BlockingUseCases::take_step(AccountCommand command,
                                                     const contracts::UserDecision& decision) {
  co_await accounts_.find(decision.user_id);  // Locks.
  const auto state = domain::identity::decide(co_await accounts_.state(decision.user_id), command);
  if (!state) co_return rejected(state.error());
  std::optional<base::Instant> blocked_at;
  if (*state == AccountState::blocked) blocked_at = work_.now();
  co_await accounts_.set_blocked(decision.user_id, blocked_at, decision.reason);
  co_return Outcome<void>{};
}

awaitable<contracts::StaffUser> BlockingUseCases::shown(const Caller& by, domain::UserId user) {
  auto found = co_await people_.find_user({.msisdn = {}, .user_id = user});
  co_return as_seen_by(by, *std::move(found));
}

}  // namespace services::users::accounts
