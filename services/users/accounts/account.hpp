#pragma once

/// An account as a whole: telling its owner everything, and forgetting it.

#include "contracts/account.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/users/accounts/ports.hpp"

namespace services::users::accounts {

using binding::Caller;
using domain::Outcome;

class AccountUseCases {
 public:
  AccountUseCases(binding::Work& work, AccountStore& accounts, SessionStore& sessions,
                  SessionNotices& notices, OtherServices& others)
      : work_(work), accounts_(accounts), sessions_(sessions), notices_(notices), others_(others) {}

  awaitable<Outcome<contracts::AccountExport>> tell(Caller by, contracts::NoArguments);

  /// Refused while a request, a ride or a debt is open. The number may register anew, as somebody
  /// else. Deleting what is deleted changes nothing.
  awaitable<Outcome<contracts::Nothing>> remove(Caller by, contracts::NoArguments);

 private:
  binding::Work& work_;
  AccountStore& accounts_;
  SessionStore& sessions_;
  SessionNotices& notices_;
  OtherServices& others_;
};

}  // namespace services::users::accounts
