#pragma once

/// Logging in with a phone number and a code, and staying logged in.

#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/users/accounts/ports.hpp"
#include "services/users/accounts/tokens.hpp"
#include "services/users/config.hpp"

namespace services::users::accounts {

using binding::Caller;
using domain::Outcome;

class LoginUseCases {
 public:
  LoginUseCases(binding::Work& work, const UsersConfig& config, const Tokens& tokens,
                OtpStore& otps, SessionStore& sessions, AccountStore& accounts, CodeFilter& filter,
                SmsSender& sms, SessionNotices& notices);

  /// Sends a code to a number of a served country. The answer is the same whether the number has an
  /// account or not.
  awaitable<Outcome<contracts::OtpChallenge>> request_otp(Caller by, contracts::RequestOtp request);

  /// Trades a code for tokens; the first login of a number makes its account. Wrong, expired, used
  /// and unknown are one answer, in one time.
  awaitable<Outcome<contracts::Tokens>> verify_otp(Caller by, contracts::VerifyOtp request);

  /// Trades a refresh token for its successor. A token used twice within the grace gets the same
  /// successor; later it means that somebody has a copy, and ends the session.
  awaitable<Outcome<contracts::Tokens>> refresh(Caller by, contracts::RefreshTokens request);

 private:
  awaitable<Outcome<void>> check_send(const std::string& msisdn, const std::string& address);
  awaitable<Outcome<StoredChallenge>> check_code(const contracts::VerifyOtp& request);
  awaitable<Outcome<Session>> open_session(const std::string& msisdn,
                                           std::optional<std::string> device);
  awaitable<void> end(const Session& session);
  std::string code_hmac(domain::ChallengeId challenge, const std::string& code) const;

  binding::Work& work_;
  const UsersConfig& config_;
  const Tokens& tokens_;
  OtpStore& otps_;
  SessionStore& sessions_;
  AccountStore& accounts_;
  CodeFilter& filter_;
  SmsSender& sms_;
  SessionNotices& notices_;
};

}  // namespace services::users::accounts
