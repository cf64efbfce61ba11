#pragma once

/// What operators ask and decide about people, and how a service knows an operator.

#include <optional>
#include <string>
#include <vector>

#include "contracts/users.hpp"

namespace contracts {

struct DriverDecision {
  domain::DriverId driver_id;
  std::string reason;  ///< 1 to 200 characters, for the audit log.
};
BOOST_DESCRIBE_STRUCT(DriverDecision, (), (driver_id, reason))
void check(const DriverDecision& request, base::json::Check& check);

/// What staff decide about anybody's account.
struct UserDecision {
  domain::UserId user_id;
  std::string reason;  ///< 1 to 200 characters, for the audit log.
};
BOOST_DESCRIBE_STRUCT(UserDecision, (), (user_id, reason))
void check(const UserDecision& request, base::json::Check& check);

/// Drivers that have all that is given, in the order of their ids, which is that of their accounts.
struct ListDrivers {
  std::optional<std::string> msisdn;
  std::optional<std::string> plate;
  std::optional<domain::identity::DriverStatus> status;
  std::optional<domain::DriverId> after;  ///< `next` of the page before.
  std::optional<int> limit;               ///< 1 to 100; 50 where absent.
};
BOOST_DESCRIBE_STRUCT(ListDrivers, (), (msisdn, plate, status, after, limit))
void check(const ListDrivers& request, base::json::Check& check);

/// A driver as staff sees one. The number is masked unless the key has the scope users:read_pii.
struct StaffDriver {
  DriverProfile driver;
  std::optional<std::string> name;
  std::string msisdn;
  std::optional<std::string> reason;  ///< Of the last rejection, suspension or reinstatement.
};
BOOST_DESCRIBE_STRUCT(StaffDriver, (), (driver, name, msisdn, reason))

struct DriverPage {
  std::vector<StaffDriver> drivers;
  std::optional<domain::DriverId> next;  ///< Absent on the last page.
};
BOOST_DESCRIBE_STRUCT(DriverPage, (), (drivers, next))

/// One of both is given.
struct FindUsers {
  std::optional<std::string> msisdn;
  std::optional<domain::UserId> user_id;
};
BOOST_DESCRIBE_STRUCT(FindUsers, (), (msisdn, user_id))
void check(const FindUsers& request, base::json::Check& check);

/// A user as staff sees one. The number is masked unless the key has the scope users:read_pii.
struct StaffUser {
  domain::UserId user_id;
  std::optional<std::string> msisdn;  ///< Absent once the account is deleted.
  std::optional<std::string> name;
  base::Instant created_at;
  std::optional<base::Instant> deleted_at;
  std::optional<domain::identity::DriverStatus> driver_status;
  std::optional<base::Instant> blocked_at;
  std::optional<std::string> block_reason;  ///< Of the last block or unblock.
};
BOOST_DESCRIBE_STRUCT(StaffUser, (),
                      (user_id, msisdn, name, created_at, deleted_at, driver_status, blocked_at,
                       block_reason))

struct StaffUsers {
  std::vector<StaffUser> users;
};
BOOST_DESCRIBE_STRUCT(StaffUsers, (), (users))

/// An API key as a service asks about it: the secret itself stays where it was presented.
struct PresentedKey {
  std::string key_id;
  std::string secret_hash;
};
BOOST_DESCRIBE_STRUCT(PresentedKey, (), (key_id, secret_hash))

struct KnownKey {
  bool valid = false;  ///< Else it is unknown, expired or revoked.
  std::string name;
  std::vector<std::string> scopes;
};
BOOST_DESCRIBE_STRUCT(KnownKey, (), (valid, name, scopes))

}  // namespace contracts
