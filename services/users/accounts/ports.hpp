#pragma once

/// What the use cases of accounts need from the world. Absent is an answer; an unreachable database
/// throws platform::postgres::Unavailable.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/account.hpp"
#include "contracts/staff.hpp"
#include "contracts/users.hpp"
#include "domain/identity/account.hpp"
#include "domain/identity/driver.hpp"
#include "domain/identity/otp.hpp"
#include "domain/ids.hpp"
#include "platform/runtime/awaitable.hpp"

namespace services::users::accounts {

using platform::awaitable;

struct StoredChallenge {
  domain::identity::Challenge challenge;
  std::string msisdn;
  std::string code_hmac;
};

/// When codes were sent lately, as the limits look at them.
struct SendHistory {
  std::vector<base::Instant> to_number;
  std::vector<base::Instant> to_prefix;
  std::vector<base::Instant> from_address;
};

/// Codes and the guards of numbers.
class OtpStore {
 public:
  virtual ~OtpStore() = default;

  /// Serialises all that happens to one number until the commit.
  virtual awaitable<void> lock_number(std::string msisdn) = 0;
  virtual awaitable<SendHistory> history(std::string msisdn, std::string address,
                                         base::Instant now) = 0;
  virtual awaitable<void> add(StoredChallenge challenge, std::string address) = 0;

  /// Locks the challenge.
  virtual awaitable<std::optional<StoredChallenge>> find(domain::ChallengeId id) = 0;
  virtual awaitable<domain::identity::NumberGuard> guard(std::string msisdn, base::Instant now) = 0;
  virtual awaitable<void> save(domain::identity::OtpCheck check, std::string msisdn) = 0;
};

struct Session {
  domain::SessionId id;
  domain::UserId user_id;
  std::optional<std::string> device;
  std::string salt;
  std::int64_t generation = 1;
  base::Instant rotated_at;
  base::Instant created_at;
  base::Instant expires_at;
  std::optional<base::Instant> revoked_at;
};

class SessionStore {
 public:
  virtual ~SessionStore() = default;
  virtual awaitable<void> add(Session session) = 0;
  /// Locks the session.
  virtual awaitable<std::optional<Session>> find(domain::SessionId id) = 0;
  virtual awaitable<void> rotate(domain::SessionId id, std::int64_t generation,
                                 base::Instant at) = 0;
  virtual awaitable<void> revoke(domain::SessionId id, base::Instant at) = 0;
  /// Newest first.
  virtual awaitable<std::vector<Session>> live(domain::UserId user) = 0;
};

class AccountStore {
 public:
  virtual ~AccountStore() = default;
  /// The user of this number, made now if there is none.
  virtual awaitable<domain::UserId> find_or_add(std::string msisdn, domain::UserId fresh,
                                                base::Instant at) = 0;
  /// Locks the user.
  virtual awaitable<std::optional<contracts::Profile>> find(domain::UserId user) = 0;
  virtual awaitable<void> rename(domain::UserId user, std::string name) = 0;

  /// Keeps the user from being blocked or deleted until the commit. Nobody is as good as deleted.
  virtual awaitable<domain::identity::AccountState> state(domain::UserId user) = 0;
  /// Blocked from `at` on, or no more where that is absent. The user is locked.
  virtual awaitable<void> set_blocked(domain::UserId user, std::optional<base::Instant> at,
                                      std::string reason) = 0;

  virtual awaitable<bool> plate_is_taken(std::string plate, domain::UserId by_other_than) = 0;
  virtual awaitable<void> save_driver(contracts::DriverProfile driver) = 0;
  virtual awaitable<void> set_driver_status(domain::DriverId driver,
                                            domain::identity::DriverStatus status,
                                            std::optional<std::string> reason) = 0;

  /// Nobody is behind the id any more: number, name, vehicle, payout account, sessions and snapshot
  /// are gone.
  virtual awaitable<void> remove(domain::UserId user, base::Instant at) = 0;

  virtual awaitable<contracts::Snapshot> snapshot(domain::UserId user) = 0;
};

/// Users and drivers as staff look for them: nothing is locked, numbers are whole.
class PeopleStore {
 public:
  virtual ~PeopleStore() = default;
  virtual awaitable<std::optional<contracts::StaffUser>> find_user(contracts::FindUsers by) = 0;
  /// The number and the plate are normalised, and there is a limit.
  virtual awaitable<std::vector<contracts::StaffDriver>> list_drivers(
      contracts::ListDrivers question) = 0;
};

/// A page of what the other services hold of a user, and where the next one begins.
struct RecordsElsewhere {
  contracts::AccountRecords records;
  std::optional<contracts::RecordsCursor> next = {};
};

/// The other services, asked before a transaction is open. Throws RemoteUnavailable.
class OtherServices {
 public:
  virtual ~OtherServices() = default;
  /// What keeps the account from being deleted: a request, a ride, a debt, money.
  virtual awaitable<contracts::AccountUse> use(contracts::AskAccountUse question,
                                               std::string trace) = 0;
  virtual awaitable<RecordsElsewhere> records(domain::UserId user, contracts::RecordsCursor from,
                                              std::string trace) = 0;
};

/// Live codes as Redis sees them: a first filter in front of the tables, which count what matters.
class CodeFilter {
 public:
  virtual ~CodeFilter() = default;
  /// Counts a guess at the challenge. False when there were so many that the tables can only refuse
  /// this one too; true also while Redis is away.
  virtual awaitable<bool> worth_checking(domain::ChallengeId challenge) = 0;
};

/// Sends a text. Never throws and never waits: delivery goes on in the background, and its failures
/// are logged and counted there.
class SmsSender {
 public:
  virtual ~SmsSender() = default;
  virtual void send(std::string msisdn, std::string text) = 0;
  /// False while nobody would take a text: then no code is made either.
  virtual bool reachable() const = 0;
  /// Ends what is being sent. Called before destruction.
  virtual awaitable<void> close() = 0;
};

/// What Redis remembers of sessions has changed in the tables: forget it, and tell the edge.
class SessionNotices {
 public:
  virtual ~SessionNotices() = default;
  virtual void changed(std::vector<domain::SessionId> sessions) = 0;
  virtual void ended(std::vector<domain::SessionId> sessions) = 0;
};

}  // namespace services::users::accounts
