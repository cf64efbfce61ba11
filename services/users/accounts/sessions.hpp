#pragma once

/// Where a user is logged in, and ending that.

#include "contracts/users.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/users/accounts/ports.hpp"

namespace services::users::accounts {

using binding::Caller;
using domain::Outcome;

class SessionUseCases {
 public:
  SessionUseCases(binding::Work& work, SessionStore& sessions, SessionNotices& notices)
      : work_(work), sessions_(sessions), notices_(notices) {}

  awaitable<Outcome<contracts::Sessions>> list(Caller by, contracts::NoArguments);

  /// Ends one of the caller's sessions; another's does not exist for the caller.
  awaitable<Outcome<contracts::Nothing>> end(Caller by, contracts::SessionRef ref);

  /// Ends all of the caller's sessions but the one that asks.
  awaitable<Outcome<contracts::EndedSessions>> end_others(Caller by, contracts::NoArguments);

  /// Ends the session that asks, once or again.
  awaitable<Outcome<contracts::Nothing>> logout(Caller by, contracts::NoArguments);

 private:
  awaitable<void> end_all(std::vector<domain::SessionId> ended);

  binding::Work& work_;
  SessionStore& sessions_;
  SessionNotices& notices_;
};

}  // namespace services::users::accounts
