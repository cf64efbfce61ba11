#include "platform/resilience/retry.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace platform::resilience {

std::chrono::milliseconds jittered(const BackoffConfig& config, unsigned retry,
                                   runtime::Entropy& entropy) {
  std::array<std::uint8_t, sizeof(std::uint32_t)> bytes{};
  entropy.fill(bytes);
  return backoff(config, retry, std::bit_cast<std::uint32_t>(bytes));
}

}  // namespace platform::resilience
