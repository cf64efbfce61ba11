#include "services/users/edge/gateway.hpp"

#include "base/assert.hpp"

namespace services::users::edge {

using contracts::Role;

Gateway::Gateway(const binding::Environment& environment, const UsersConfig& config,
                 const accounts::Tokens& tokens, accounts::Principals& principals,
                 binding::CommandExecutor& executor)
    : tokens_(tokens),
      principals_(principals),
      admission_(environment.runtime, config.in_flight),
      switchboard_(environment, contracts::Owner::users, executor, config.call_timeout) {}

awaitable<std::optional<Authenticated>> Gateway::authenticate(std::string access_token) {
  const auto claims = tokens_.verify(access_token);
  if (!claims) co_return std::nullopt;
  const auto session = domain::SessionId::parse(claims->session);
  if (!session) co_return std::nullopt;
  auto principal = co_await principals_.find(*session);
  if (!principal || principal->user.text() != claims->subject) co_return std::nullopt;
  co_return Authenticated{.principal = *std::move(principal),
                          .token_expires_at = claims->expires_at};
}

awaitable<std::optional<accounts::Principal>> Gateway::refreshed(domain::SessionId session) {
  return principals_.find(session);
}

awaitable<std::optional<accounts::Principal>> Gateway::permitted(const contracts::OperationRow& row,
                                                                 accounts::Principal known) {
  if (may_call(row, known)) co_return known;
  auto principal = co_await principals_.look_up(known.session);
  if (!may_call(row, principal)) co_return std::nullopt;
  co_return principal;
}

bool may_call(const contracts::OperationRow& row,
              const std::optional<accounts::Principal>& principal) {
  switch (row.role) {
    case Role::anyone: return true;
    case Role::user: return principal.has_value();
    case Role::driver: return principal && principal->drives;
    case Role::staff:
    case Role::service: return false;
  }
  NEBENGJEK_UNREACHABLE("a role without a case");
}

}  // namespace services::users::edge
