#include "services/users/accounts/account.hpp"

#include <utility>

#include "contracts/events.hpp"

namespace services::users::accounts {

using domain::rejected;
using domain::Rejection;

awaitable<Outcome<contracts::AccountExport>> AccountUseCases::tell(Caller by,
                                                                   contracts::ExportMe question) {
  const auto from = contracts::RecordsCursor::parse(question.cursor.value_or("requests:"));
  if (!from) co_return rejected(Rejection::invalid_value);
  auto elsewhere = co_await others_.records(by.user, *from, work_.trace());
  auto profile = co_await accounts_.find(by.user);
  if (!profile) co_return rejected(Rejection::not_found);
  contracts::AccountExport answer{.exported_at = work_.now(),
                                  .profile = *std::move(profile),
                                  .sessions = {},
                                  .records = std::move(elsewhere.records),
                                  .next_cursor = {}};
  if (elsewhere.next) answer.next_cursor = elsewhere.next->text();
  for (const auto& session : co_await sessions_.live(by.user)) {
    answer.sessions.push_back({.session_id = session.id,
                               .device = session.device,
                               .created_at = session.created_at,
                               .last_seen_at = session.rotated_at,
                               .current = session.id == by.session});
  }
  co_return answer;
}

awaitable<Outcome<contracts::Nothing>> AccountUseCases::remove(Caller by,
                                                               contracts::DeleteMe command) {
  const bool gives_up = command.give_up_balance.value_or(false);
  const auto use = co_await others_.use({by.user, gives_up}, work_.trace());
  if (use.refusal) {
    work_.explain({.balance = use.balance});
    co_return rejected(*use.refusal);
  }
  const auto profile = co_await accounts_.find(by.user);
  if (!profile) co_return contracts::Nothing{};
  std::vector<domain::SessionId> ended;
  for (const auto& session : co_await sessions_.live(by.user)) ended.push_back(session.id);
  co_await accounts_.remove(by.user, work_.now());
  co_await work_.announce(contracts::events::user_deleted, by.user,
                          contracts::UserDeleted{.user_id = by.user, .gives_up_balance = gives_up});
  work_.after_commit([&notices = notices_, ended] { notices.ended(ended); });
  co_return contracts::Nothing{};
}

}  // namespace services::users::accounts
