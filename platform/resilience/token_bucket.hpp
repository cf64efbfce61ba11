#pragma once

/// Rate limits. A bucket holds `burst` tokens and gains `burst` tokens per `window`; each request
/// takes one. Its whole state is the moment at which it will be full again (the generic cell rate
/// algorithm), so it is one integer wherever it is kept, and nothing has to refill it.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace platform::resilience {

struct RateLimit {
  std::string_view name;  ///< "user"
  int burst = 10;
  base::Duration window = std::chrono::seconds{1};

  /// The time in which one token comes back.
  constexpr base::Duration interval() const { return window / burst; }
};

struct TokenBucket {
  base::Instant full_at;
};

struct RateDecision {
  bool allowed = false;
  int remaining = 0;             ///< Tokens left.
  base::Duration retry_after{};  ///< Until a token is there; zero when allowed.
  base::Duration full_after{};   ///< Until all are.
};

/// Takes a token from `bucket`, if it has one; a new bucket is full.
RateDecision take_token(const RateLimit& limit, TokenBucket& bucket, base::Instant now);

/// What `take_token` would find, without taking.
RateDecision peek(const RateLimit& limit, const TokenBucket& bucket, base::Instant now);

/// Header values of draft-ietf-httpapi-ratelimit-headers-10: `"user";q=10;w=1` for RateLimit-Policy
/// and `"user";r=9;t=1` for RateLimit.
std::string rate_limit_policy(const RateLimit& limit);
std::string rate_limit(const RateLimit& limit, const RateDecision& decision);

/// Whole seconds for Retry-After, rounded up, at least 1.
std::int64_t retry_after_seconds(base::Duration wait);

}  // namespace platform::resilience
