#pragma once

/// One-time codes: how often one may be sent, and how often one may be guessed.
///
/// A code belongs to a challenge, which a few wrong guesses use up. Behind it stands a guard for
/// the phone number, which no number of fresh challenges gets round: so many wrong codes a day and
/// the number is locked.

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "base/instant.hpp"
#include "domain/ids.hpp"
#include "domain/rejection.hpp"

namespace domain::identity {

/// At most `count` in any stretch of `window`.
struct RateLimit {
  int count = 0;
  base::Duration window{};
};

struct OtpRules {
  base::Duration validity = std::chrono::minutes{5};
  int checks_max = 5;  ///< Per challenge.

  /// After the n-th code of `resend_window`, the next may be sent resend_first x 2^(n-1) later.
  std::chrono::milliseconds resend_first = std::chrono::seconds{30};
  base::Duration resend_window = std::chrono::hours{1};
  std::array<RateLimit, 3> per_number{{
      {3, std::chrono::minutes{10}},
      {5, std::chrono::hours{1}},
      {10, std::chrono::hours{24}},
  }};
  RateLimit per_address{10, std::chrono::hours{1}};
  RateLimit per_prefix{50, std::chrono::minutes{10}};  ///< Against SMS pumping.

  int failures_max = 20;  ///< Wrong codes per number and failure_window, over all challenges.
  base::Duration failure_window = std::chrono::hours{24};
  base::Duration lock_for = std::chrono::hours{24};
};

/// A "not now", and from when on it may be otherwise.
struct Wait {
  Rejection why;
  base::Instant until;

  friend bool operator==(const Wait&, const Wait&) = default;
};

/// What is kept per number against guessing, whichever challenge was guessed at.
struct NumberGuard {
  int failures = 0;  ///< Since window_started_at.
  base::Instant window_started_at;
  std::optional<base::Instant> locked_until = {};

  friend bool operator==(const NumberGuard&, const NumberGuard&) = default;
};

struct Challenge {
  ChallengeId id;
  base::Instant issued_at;
  int failed_checks = 0;
  std::optional<base::Instant> used_at = {};

  friend bool operator==(const Challenge&, const Challenge&) = default;
};

/// When one more event is within `limit`; at or before `now` if it is now. `events` in any order.
base::Instant next_allowed(std::span<const base::Instant> events, const RateLimit& limit,
                           base::Instant now);

/// Whether one more code may go to a number to which codes went at `sent_at` (of the last day, in
/// any order): otp_locked while the guard is locked, else otp_throttled.
std::expected<void, Wait> check_send(std::span<const base::Instant> sent_at,
                                     const NumberGuard& guard, const OtpRules& rules,
                                     base::Instant now);

/// What a check changed. Both parts are to be saved before the caller is answered, and even more so
/// when `refusal` says no.
struct OtpCheck {
  Challenge challenge;
  NumberGuard guard;
  std::optional<Rejection> refusal = {};
};

/// Decides on a guess; the caller has compared the code in constant time. A locked number is
/// otp_locked, even for the right code. Everything else that fails is otp_refused and nothing more:
/// wrong, expired, used, or guessed at too often. Only a guess at a live challenge counts as a
/// failure. A success uses up the challenge and forgets the failures.
OtpCheck check_code(const Challenge& challenge, const NumberGuard& guard, bool code_matches,
                    const OtpRules& rules, base::Instant now);

}  // namespace domain::identity
