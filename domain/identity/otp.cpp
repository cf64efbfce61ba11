#include "domain/identity/otp.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include "base/assert.hpp"

namespace domain::identity {
namespace {

base::Instant next_resend(std::span<const base::Instant> sent_at, const OtpRules& rules,
                          base::Instant now) {
  const auto is_recent = [&](base::Instant at) { return at > now - rules.resend_window; };
  const auto recent = std::ranges::count_if(sent_at, is_recent);
  if (recent == 0) return now;
  const auto doublings = std::min<std::ptrdiff_t>(recent - 1, 16);
  return std::ranges::max(sent_at) + rules.resend_first * (1 << doublings);
}

bool is_locked(const NumberGuard& guard, base::Instant now) {
  return guard.locked_until && now < *guard.locked_until;
}

bool is_live(const Challenge& challenge, const OtpRules& rules, base::Instant now) {
  return !challenge.used_at && challenge.failed_checks < rules.checks_max &&
         now < challenge.issued_at + rules.validity;
}

NumberGuard with_failure(NumberGuard guard, const OtpRules& rules, base::Instant now) {
  if (guard.failures == 0 || now >= guard.window_started_at + rules.failure_window) {
    guard = {.failures = 0, .window_started_at = now};
  }
  if (++guard.failures < rules.failures_max) return guard;
  return {.failures = 0, .window_started_at = now, .locked_until = now + rules.lock_for};
}

}  // namespace

base::Instant next_allowed(std::span<const base::Instant> events, const RateLimit& limit,
                           base::Instant now) {
  NEBENGJEK_ASSERT(limit.count > 0);
  if (std::ssize(events) < limit.count) return now;
  std::vector<base::Instant> latest(static_cast<std::size_t>(limit.count));
  std::ranges::partial_sort_copy(events, latest, std::greater{});
  return std::max(now, latest.back() + limit.window);
}

std::expected<void, Wait> check_send(std::span<const base::Instant> sent_at,
                                     const NumberGuard& guard, const OtpRules& rules,
                                     base::Instant now) {
  if (is_locked(guard, now))
    return std::unexpected{Wait{Rejection::otp_locked, *guard.locked_until}};
  auto until = next_resend(sent_at, rules, now);
  for (const auto& limit : rules.per_number) {
    until = std::max(until, next_allowed(sent_at, limit, now));
  }
  if (until > now) return std::unexpected{Wait{Rejection::otp_throttled, until}};
  return {};
}

OtpCheck check_code(const Challenge& challenge, const NumberGuard& guard, bool code_matches,
                    const OtpRules& rules, base::Instant now) {
  OtpCheck check{.challenge = challenge, .guard = guard};
  if (is_locked(guard, now)) {
    check.refusal = Rejection::otp_locked;
  } else if (!is_live(challenge, rules, now)) {
    check.refusal = Rejection::otp_refused;
  } else if (code_matches) {
    check.challenge.used_at = now;
    check.guard = {};
  } else {
    ++check.challenge.failed_checks;
    check.guard = with_failure(guard, rules, now);
    check.refusal = Rejection::otp_refused;
  }
  return check;
}

}  // namespace domain::identity
