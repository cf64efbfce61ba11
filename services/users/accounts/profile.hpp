#pragma once

/// Who a user is, and whether the user drives.

#include "contracts/staff.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/users/accounts/ports.hpp"
#include "services/users/config.hpp"

namespace services::users::accounts {

using binding::Caller;
using domain::Outcome;

/// What may be shown of a driver: of the payout account who holds it, where, and its last
/// characters.
contracts::DriverProfile shown(contracts::DriverProfile driver);

class ProfileUseCases {
 public:
  ProfileUseCases(binding::Work& work, const UsersConfig& config, AccountStore& accounts,
                  SessionStore& sessions, SessionNotices& notices);

  awaitable<Outcome<contracts::Profile>> get(Caller by, contracts::NoArguments);
  awaitable<Outcome<contracts::Profile>> update(Caller by, contracts::UpdateProfile request);

  /// Applies as a driver, or again after a rejection. Approved at once if the configuration says
  /// so.
  awaitable<Outcome<contracts::DriverProfile>> register_driver(Caller by,
                                                               contracts::RegisterDriver request);

  // Staff's decisions about a driver; each is announced.

  awaitable<Outcome<contracts::DriverProfile>> approve_driver(Caller by,
                                                              contracts::DriverRef driver);
  awaitable<Outcome<contracts::DriverProfile>> reject_driver(Caller by,
                                                             contracts::DriverDecision decision);
  /// Match takes the driver off duty; a ride under way can be finished.
  awaitable<Outcome<contracts::DriverProfile>> suspend_driver(Caller by,
                                                              contracts::DriverDecision decision);
  awaitable<Outcome<contracts::DriverProfile>> reinstate_driver(Caller by,
                                                                contracts::DriverDecision decision);

  awaitable<Outcome<contracts::Snapshot>> snapshot(Caller by, contracts::NoArguments);

  /// For rides, which pays out to it: whole.
  awaitable<Outcome<contracts::PayoutAccount>> payout_account(Caller by,
                                                              contracts::DriverRef driver);

 private:
  using DriverCommand = domain::identity::DriverCommand;

  awaitable<Outcome<contracts::DriverProfile>> judge(domain::DriverId driver, DriverCommand command,
                                                     std::optional<std::string> reason);
  awaitable<Outcome<contracts::DriverProfile>> set_status(contracts::Profile user,
                                                          DriverCommand command,
                                                          std::optional<std::string> reason);
  awaitable<void> announce(const contracts::Profile& user, const contracts::DriverProfile& driver);

  binding::Work& work_;
  const UsersConfig& config_;
  AccountStore& accounts_;
  SessionStore& sessions_;
  SessionNotices& notices_;
};

}  // namespace services::users::accounts
