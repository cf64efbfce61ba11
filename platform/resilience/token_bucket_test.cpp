#include "platform/resilience/token_bucket.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace platform::resilience {
namespace {

using namespace std::chrono_literals;

constexpr base::Instant start{std::chrono::hours{500'000}};
constexpr RateLimit five_per_minute{.name = "request", .burst = 5, .window = 1min};

struct Step {
  base::Duration at;
  bool allowed;
  int remaining;
  base::Duration retry_after;
  base::Duration full_after;
};

constexpr Step steps[] = {
    {0s, true, 4, 0s, 12s},        {0s, true, 3, 0s, 24s},   {6s, true, 2, 0s, 30s},
    {6s, true, 1, 0s, 42s},        {6s, true, 0, 0s, 54s},   {6s, false, 0, 6s, 54s},
    {11s, false, 0, 1s, 49s},  // a refusal costs nothing
    {12s, true, 0, 0s, 60s},       {23s, false, 0, 1s, 49s}, {500s, true, 4, 0s, 12s},
    {-1'000s, false, 0, 12s, 60s},  // a clock set back: a window's wait at most
};

TEST(TokenBucket, GivesTokensBackOneByOne) {
  TokenBucket bucket;
  for (const auto& [at, allowed, remaining, retry_after, full_after] : steps) {
    const auto decision = take_token(five_per_minute, bucket, start + at);
    EXPECT_EQ(decision.allowed, allowed) << at;
    EXPECT_EQ(decision.remaining, remaining) << at;
    EXPECT_EQ(decision.retry_after, retry_after) << at;
    EXPECT_EQ(decision.full_after, full_after) << at;
  }
}

TEST(TokenBucket, PeekingTakesNothing) {
  TokenBucket bucket;
  for (int i = 0; i < 9; ++i) EXPECT_EQ(peek(five_per_minute, bucket, start).remaining, 5);
}

TEST(TokenBucket, OverTimeNoMoreThanTheRate) {
  constexpr RateLimit limit{.name = "user", .burst = 10, .window = 1s};
  TokenBucket bucket;
  int allowed = 0;
  for (int ms = 0; ms < 10'000; ++ms) {
    allowed += take_token(limit, bucket, start + std::chrono::milliseconds{ms}).allowed ? 1 : 0;
  }
  EXPECT_EQ(allowed, 10 + 99);  // the burst, then one each 100 ms
}

TEST(TokenBucket, HeadersAreStructuredFields) {
  TokenBucket bucket;
  EXPECT_EQ(rate_limit_policy(five_per_minute), R"("request";q=5;w=60)");
  for (int i = 0; i < 5; ++i) take_token(five_per_minute, bucket, start);
  const auto refused = take_token(five_per_minute, bucket, start + 500ms);
  EXPECT_EQ(rate_limit(five_per_minute, refused), R"("request";r=0;t=12)");
  EXPECT_EQ(retry_after_seconds(refused.retry_after), 12);
  EXPECT_EQ(retry_after_seconds(0s), 1);
}

}  // namespace
}  // namespace platform::resilience
