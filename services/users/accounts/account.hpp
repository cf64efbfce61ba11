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

  /// A page at a time.
  awaitable<Outcome<contracts::AccountExport>> tell(Caller by, contracts::ExportMe question);

  /// Refused while a request, a ride, a debt or a payment is open, and while there is money that is
  /// not given up. The number may register anew, as somebody else. Deleting what is deleted changes
  /// nothing.
  awaitable<Outcome<contracts::Nothing>> remove(Caller by, contracts::DeleteMe command);

 private:
  binding::Work& work_;
  AccountStore& accounts_;
  SessionStore& sessions_;
  SessionNotices& notices_;
  OtherServices& others_;
};

}  // namespace services::users::accounts
