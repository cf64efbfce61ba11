#pragma once

/// How long to wait before a retry: 50 ms x 2^n, at most 1 s, with full jitter, so that callers who
/// failed together don't come back together.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace platform::resilience {

struct BackoffConfig {
  std::chrono::milliseconds first{50};
  std::chrono::milliseconds longest{1'000};
};

/// The longest wait before retry number `retry`, counted from 0.
constexpr std::chrono::milliseconds backoff_ceiling(const BackoffConfig& config, unsigned retry) {
  constexpr unsigned doublings_max = 20;
  return std::min(config.longest, config.first * (1 << std::min(retry, doublings_max)));
}

/// A wait uniform in [0, ceiling], from 32 random bits.
constexpr std::chrono::milliseconds backoff(const BackoffConfig& config, unsigned retry,
                                            std::uint32_t random) {
  const auto choices = static_cast<std::uint64_t>(backoff_ceiling(config, retry).count()) + 1;
  return std::chrono::milliseconds{choices * random >> 32};
}

}  // namespace platform::resilience
