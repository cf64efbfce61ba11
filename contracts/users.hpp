#pragma once

/// What users promises: login, profile, drivers, snapshots.

#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "contracts/values.hpp"
#include "domain/identity/driver.hpp"

namespace contracts {

struct RequestOtp {
  std::string msisdn;  ///< E.164 or national; 4 to 32 characters.
};
BOOST_DESCRIBE_STRUCT(RequestOtp, (), (msisdn))
void check(const RequestOtp& request, base::json::Check& check);

struct OtpChallenge {
  domain::ChallengeId challenge_id;
  int expires_in_s = 0;
  int resend_after_s = 0;
};
BOOST_DESCRIBE_STRUCT(OtpChallenge, (), (challenge_id, expires_in_s, resend_after_s))

struct VerifyOtp {
  domain::ChallengeId challenge_id;
  std::string code;                   ///< Six digits.
  std::optional<std::string> device;  ///< Names the session for its owner; at most 80 characters.
};
BOOST_DESCRIBE_STRUCT(VerifyOtp, (), (challenge_id, code, device))
void check(const VerifyOtp& request, base::json::Check& check);

struct RefreshTokens {
  std::string refresh_token;
};
BOOST_DESCRIBE_STRUCT(RefreshTokens, (), (refresh_token))
void check(const RefreshTokens& request, base::json::Check& check);

struct Tokens {
  std::string access_token;
  std::string token_type;  ///< "Bearer"
  int expires_in_s = 0;
  std::string refresh_token;
  domain::UserId user_id;
  domain::SessionId session_id;
};
BOOST_DESCRIBE_STRUCT(Tokens, (),
                      (access_token, token_type, expires_in_s, refresh_token, user_id, session_id))

/// Checked where it is given, in RegisterDriver: what is shown of it is masked.
struct PayoutAccount {
  std::string bank;    ///< Bank or e-money code, such as "BCA".
  std::string number;  ///< 4 to 34 letters and digits.
  std::string holder;
};
BOOST_DESCRIBE_STRUCT(PayoutAccount, (), (bank, number, holder))

struct RegisterDriver {
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
  std::string vehicle;  ///< Make, model and colour: "Honda Vario, black".
  std::string plate;
  PayoutAccount payout_account;
};
BOOST_DESCRIBE_STRUCT(RegisterDriver, (), (vehicle_type, vehicle, plate, payout_account))
void check(const RegisterDriver& request, base::json::Check& check);

struct DriverProfile {
  domain::DriverId driver_id;
  domain::identity::DriverStatus status = domain::identity::DriverStatus::pending;
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
  std::string vehicle;
  std::string plate;
  PayoutAccount payout_account;  ///< The number shows its last four characters only.
  base::Instant registered_at;
};
BOOST_DESCRIBE_STRUCT(DriverProfile, (),
                      (driver_id, status, vehicle_type, vehicle, plate, payout_account,
                       registered_at))

struct Profile {
  domain::UserId user_id;
  std::string msisdn;
  std::optional<std::string> name;
  base::Instant created_at;
  std::optional<DriverProfile> driver;
};
BOOST_DESCRIBE_STRUCT(Profile, (), (user_id, msisdn, name, created_at, driver))

struct UpdateProfile {
  std::optional<std::string> name;  ///< 1 to 80 characters.
};
BOOST_DESCRIBE_STRUCT(UpdateProfile, (), (name))
void check(const UpdateProfile& request, base::json::Check& check);

struct DriverRef {
  domain::DriverId driver_id;
};
BOOST_DESCRIBE_STRUCT(DriverRef, (), (driver_id))

/// A login that has not ended.
struct SessionView {
  domain::SessionId session_id;
  std::optional<std::string> device;
  base::Instant created_at;
  base::Instant last_seen_at;  ///< To about ten minutes: when its tokens were last renewed.
  bool current = false;        ///< The one that asks.
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (session_id, device, created_at, last_seen_at, current))

struct Sessions {
  std::vector<SessionView> sessions;  ///< Newest first.
};
BOOST_DESCRIBE_STRUCT(Sessions, (), (sessions))

struct SessionRef {
  domain::SessionId session_id;
};
BOOST_DESCRIBE_STRUCT(SessionRef, (), (session_id))

struct EndedSessions {
  int count = 0;
};
BOOST_DESCRIBE_STRUCT(EndedSessions, (), (count))

/// All that a user's screens show that is not momentary: see Document in contracts/snapshot.hpp.
struct Snapshot {
  std::int64_t n = 0;  ///< Raised by one with each change.
  boost::json::value document;
};
BOOST_DESCRIBE_STRUCT(Snapshot, (), (n, document))

}  // namespace contracts
