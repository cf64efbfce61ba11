#include "platform/resilience/token_bucket.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace platform::resilience {
namespace {

/// Tokens missing from a bucket that is full after `full_after`; one on its way is missing.
int missing(const RateLimit& limit, base::Duration full_after) {
  return static_cast<int>((full_after + limit.interval() - base::Duration{1}) / limit.interval());
}

RateDecision refused(const RateLimit& limit, base::Duration full_after) {
  const auto wait = full_after - limit.interval() * (limit.burst - 1);
  return {.allowed = false, .remaining = 0, .retry_after = wait, .full_after = full_after};
}

std::int64_t seconds_up(base::Duration wait) {
  return std::chrono::ceil<std::chrono::seconds>(wait).count();
}

}  // namespace

RateDecision peek(const RateLimit& limit, const TokenBucket& bucket, base::Instant now) {
  // At most a window, even if the clock was set back.
  const auto full_after = std::clamp(bucket.full_at - now, base::Duration{0}, limit.window);
  const int remaining = limit.burst - missing(limit, full_after);
  if (remaining < 1) return refused(limit, full_after);
  return {.allowed = true, .remaining = remaining, .full_after = full_after};
}

RateDecision take_token(const RateLimit& limit, TokenBucket& bucket, base::Instant now) {
  auto decision = peek(limit, bucket, now);
  if (!decision.allowed) return decision;
  decision.remaining -= 1;
  decision.full_after += limit.interval();
  bucket.full_at = now + decision.full_after;
  return decision;
}

std::string rate_limit_policy(const RateLimit& limit) {
  return fmt::format(R"("{}";q={};w={})", limit.name, limit.burst, seconds_up(limit.window));
}

std::string rate_limit(const RateLimit& limit, const RateDecision& decision) {
  const auto wait = decision.allowed ? decision.full_after : decision.retry_after;
  return fmt::format(R"("{}";r={};t={})", limit.name, decision.remaining, seconds_up(wait));
}

std::int64_t retry_after_seconds(base::Duration wait) {
  return std::max<std::int64_t>(1, seconds_up(wait));
}

}  // namespace platform::resilience
