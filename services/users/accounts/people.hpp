#pragma once

/// What staff are shown of users and drivers.

#include "contracts/staff.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/users/accounts/ports.hpp"
#include "services/users/config.hpp"

namespace services::users::accounts {

using binding::Caller;
using domain::Outcome;

/// With the number masked, unless the caller may see it whole.
contracts::StaffUser as_seen_by(const Caller& by, contracts::StaffUser user);

class PeopleUseCases {
 public:
  PeopleUseCases(const UsersConfig& config, PeopleStore& people)
      : config_(config), people_(people) {}

  /// None is an answer too.
  awaitable<Outcome<contracts::StaffUsers>> find_users(Caller by, contracts::FindUsers question);

  awaitable<Outcome<contracts::DriverPage>> list_drivers(Caller by,
                                                         contracts::ListDrivers question);

 private:
  const UsersConfig& config_;
  PeopleStore& people_;
};

}  // namespace services::users::accounts
