#pragma once

/// Staff block a user's account: nobody is logged in to it any more, and nobody can log in. The
/// number can't register anew, since it stays with the account.

#include "contracts/staff.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/users/accounts/ports.hpp"

namespace services::users::accounts {

using binding::Caller;
using domain::Outcome;

class BlockingUseCases {
 public:
  BlockingUseCases(binding::Work& work, AccountStore& accounts, SessionStore& sessions,
                   PeopleStore& people, SessionNotices& notices)
      : work_(work), accounts_(accounts), sessions_(sessions), people_(people), notices_(notices) {}

  /// Ends all sessions, whose sockets close. Match lets go of whom is searched for or asked; a ride
  /// under way is for the operators to end or to reassign.
  awaitable<Outcome<contracts::StaffUser>> block(Caller by, contracts::UserDecision decision);
  awaitable<Outcome<contracts::StaffUser>> unblock(Caller by, contracts::UserDecision decision);

 private:
  awaitable<Outcome<void>> take_step(domain::identity::AccountCommand command,
                                     const contracts::UserDecision& decision);
  awaitable<contracts::StaffUser> shown(const Caller& by, domain::UserId user);

  binding::Work& work_;
  AccountStore& accounts_;
  SessionStore& sessions_;
  PeopleStore& people_;
  SessionNotices& notices_;
};

}  // namespace services::users::accounts
