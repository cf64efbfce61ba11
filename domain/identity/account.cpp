#include "domain/identity/account.hpp"

#include "base/assert.hpp"

namespace domain::identity {

Outcome<AccountState> decide(AccountState state, AccountCommand command) {
  if (state == AccountState::deleted) return rejected(Rejection::not_found);
  for (const auto& step : account_steps) {
    if (step.from == state && step.command == command) return step.to;
  }
  return rejected(Rejection::illegal_transition);
}

Outcome<void> check_may_log_in(AccountState state) {
  switch (state) {
    case AccountState::open: return {};
    case AccountState::blocked: return rejected(Rejection::account_blocked);
    case AccountState::deleted: return rejected(Rejection::not_found);
  }
  NEBENGJEK_UNREACHABLE("an account's state without a case");
}

}  // namespace domain::identity
