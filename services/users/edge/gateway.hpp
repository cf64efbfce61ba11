#pragma once

/// What HTTP and WebSocket share: who is calling, and carrying out an operation, here when it is
/// users' own and over NATS when it is another service's.

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "contracts/errors.hpp"
#include "contracts/operation.hpp"
#include "services/binding/commands.hpp"
#include "services/binding/service.hpp"
#include "services/binding/switchboard.hpp"
#include "services/users/accounts/accounts.hpp"
#include "services/users/config.hpp"
#include "services/users/edge/admission.hpp"

namespace services::users::edge {

using platform::awaitable;

/// A caller whose token was valid, and until when it is.
struct Authenticated {
  accounts::Principal principal;
  base::Instant token_expires_at;
};

class Gateway {
 public:
  Gateway(const binding::Environment& environment, const UsersConfig& config,
          const accounts::Tokens& tokens, accounts::Principals& principals,
          binding::CommandExecutor& executor);

  /// Who holds this token; empty when it isn't valid or its session has ended.
  awaitable<std::optional<Authenticated>> authenticate(std::string access_token);

  /// The principal as it is now: a driver may have been approved or suspended.
  awaitable<std::optional<accounts::Principal>> refreshed(domain::SessionId session);

  /// Whoever `known` is, if the row is for him. Before he is refused it is looked up whether he has
  /// become a driver since. Throws postgres::Unavailable.
  awaitable<std::optional<accounts::Principal>> permitted(const contracts::OperationRow& row,
                                                          accounts::Principal known);

  /// Whether there is room for a call of `row`; asked before anything else is done for it.
  std::optional<Admission::Permit> admit(const contracts::OperationRow& row) {
    return admission_.admit(row);
  }

  /// Carries out `row`; every failure becomes an answer. See binding::Switchboard.
  awaitable<binding::Answer> execute(const contracts::OperationRow& row, binding::Call call) {
    return switchboard_.execute(row, std::move(call));
  }

 private:
  const accounts::Tokens& tokens_;
  accounts::Principals& principals_;
  Admission admission_;
  binding::Switchboard switchboard_;
};

/// Whether `principal` has the role that the row asks for; staff and service rows have no place on
/// the public port.
bool may_call(const contracts::OperationRow& row,
              const std::optional<accounts::Principal>& principal);

}  // namespace services::users::edge
