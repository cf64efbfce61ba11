#include "services/users/accounts/login.hpp"

#include <algorithm>

#include "platform/security/digest.hpp"
#include "services/binding/remote.hpp"
#include "services/users/accounts/numbers.hpp"

namespace services::users::accounts {

namespace identity = domain::identity;
namespace security = platform::security;
using domain::rejected;
using domain::Rejection;

LoginUseCases::LoginUseCases(binding::Work& work, const UsersConfig& config, const Tokens& tokens,
                             OtpStore& otps, SessionStore& sessions, AccountStore& accounts,
                             CodeFilter& filter, SmsSender& sms, SessionNotices& notices)
    : work_(work),
      config_(config),
      tokens_(tokens),
      otps_(otps),
      sessions_(sessions),
      accounts_(accounts),
      filter_(filter),
      sms_(sms),
      notices_(notices) {}

awaitable<Outcome<contracts::OtpChallenge>> LoginUseCases::request_otp(
    Caller by, contracts::RequestOtp request) {
  const auto msisdn = normalised_msisdn(request.msisdn, config_.allowed_countries);
  if (!msisdn) co_return rejected(msisdn.error());
  const auto allowed = co_await check_send(*msisdn, by.address);
  if (!allowed) co_return rejected(allowed.error());
  if (!sms_.reachable()) throw binding::RemoteUnavailable{"no SMS provider is taking texts"};

  const auto id = work_.new_id<domain::ChallengeId>();
  const auto code = security::random_digits(work_.runtime().entropy(), 6);
  co_await otps_.add({.challenge = {.id = id, .issued_at = work_.now()},
                      .msisdn = *msisdn,
                      .code_hmac = code_hmac(id, code)},
                     by.address);
  work_.after_commit([&sms = sms_, to = *msisdn, code] {
    sms.send(to, code + " is your NebengJek code. Tell it to nobody.");
  });
  co_return contracts::OtpChallenge{
      .challenge_id = id,
      .expires_in_s = static_cast<int>(config_.otp.validity / std::chrono::seconds{1}),
      .resend_after_s = static_cast<int>(config_.otp.resend_first / std::chrono::seconds{1})};
}

awaitable<Outcome<void>> LoginUseCases::check_send(const std::string& msisdn,
                                                   const std::string& address) {
  const auto now = work_.now();
  co_await otps_.lock_number(msisdn);
  const auto history = co_await otps_.history(msisdn, address, now);
  const auto guard = co_await otps_.guard(msisdn, now);
  const auto number = identity::check_send(history.to_number, guard, config_.otp, now);
  if (!number) co_return rejected(number.error().why);
  const bool address_may =
      identity::next_allowed(history.from_address, config_.otp.per_address, now) <= now;
  const bool prefix_may =
      identity::next_allowed(history.to_prefix, config_.otp.per_prefix, now) <= now;
  if (!address_may || !prefix_may) co_return rejected(Rejection::otp_throttled);
  co_return Outcome<void>{};
}

awaitable<Outcome<contracts::Tokens>> LoginUseCases::verify_otp(Caller,
                                                                contracts::VerifyOtp request) {
  if (!co_await filter_.worth_checking(request.challenge_id)) {
    co_return rejected(Rejection::otp_refused);
  }
  const auto challenge = co_await check_code(request);
  if (!challenge) co_return rejected(challenge.error());
  const auto session = co_await open_session(challenge->msisdn, request.device);
  if (!session) {
    work_.keep_refusal();  // The code is used up.
    co_return rejected(session.error());
  }
  co_return tokens_.issue(*session);
}

awaitable<Outcome<StoredChallenge>> LoginUseCases::check_code(const contracts::VerifyOtp& request) {
  const auto now = work_.now();
  const auto hmac = code_hmac(request.challenge_id, request.code);
  auto stored = co_await otps_.find(request.challenge_id);
  if (!stored) co_return rejected(Rejection::otp_refused);

  const auto guard = co_await otps_.guard(stored->msisdn, now);
  const bool matches = security::equal_in_constant_time(hmac, stored->code_hmac);
  const auto check = identity::check_code(stored->challenge, guard, matches, config_.otp, now);
  co_await otps_.save(check, stored->msisdn);
  if (check.refusal) {
    work_.keep_refusal();  // A wrong guess counts.
    co_return rejected(*check.refusal);
  }
  co_return std::move(*stored);
}

awaitable<Outcome<Session>> LoginUseCases::open_session(const std::string& msisdn,
                                                        std::optional<std::string> device) {
  const auto now = work_.now();
  const auto user = co_await accounts_.find_or_add(msisdn, work_.new_id<domain::UserId>(), now);
  const auto allowed = identity::check_may_log_in(co_await accounts_.state(user));
  if (!allowed) co_return rejected(allowed.error());
  Session session{.id = work_.new_id<domain::SessionId>(),
                  .user_id = user,
                  .device = std::move(device),
                  .salt = security::random_token(work_.runtime().entropy(), 32),
                  .generation = 1,
                  .rotated_at = now,
                  .created_at = now,
                  .expires_at = now + config_.refresh_token_lifetime,
                  .revoked_at = {}};
  co_await sessions_.add(session);
  co_return session;
}

awaitable<Outcome<contracts::Tokens>> LoginUseCases::refresh(Caller,
                                                             contracts::RefreshTokens request) {
  const auto claim = parse_refresh_token(request.refresh_token);
  if (!claim) co_return rejected(Rejection::refresh_refused);
  auto session = co_await sessions_.find(claim->session);
  const auto now = work_.now();
  if (!session || session->revoked_at || session->expires_at <= now ||
      !tokens_.is_genuine(*claim, *session)) {
    co_return rejected(Rejection::refresh_refused);
  }
  if (claim->generation == session->generation) {
    session->generation += 1;
    session->rotated_at = now;
    co_await sessions_.rotate(session->id, session->generation, now);
    co_return tokens_.issue(*session);
  }
  const bool repeated = claim->generation + 1 == session->generation &&
                        now - session->rotated_at <= config_.refresh_grace;
  if (repeated) co_return tokens_.issue(*session);

  co_await end(*session);  // Somebody has a copy.
  work_.keep_refusal();
  co_return rejected(Rejection::refresh_refused);
}

awaitable<void> LoginUseCases::end(const Session& session) {
  co_await sessions_.revoke(session.id, work_.now());
  work_.after_commit([&notices = notices_, id = session.id] { notices.ended({id}); });
}

std::string LoginUseCases::code_hmac(domain::ChallengeId challenge, const std::string& code) const {
  return security::hmac_sha256_hex(config_.secret, "otp\n" + challenge.text() + '\n' + code);
}

}  // namespace services::users::accounts
