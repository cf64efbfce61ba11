#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/id.hpp"
#include "platform/runtime/clock.hpp"

namespace platform::runtime {

/// Randomness fit for secrets.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
  /// Uniform in [0, bound), without modulo bias. `bound` is at least 1.
  virtual std::uint32_t below(std::uint32_t bound) = 0;
};

/// libsodium's generator, safe to use from any thread.
Entropy& system_entropy();

/// A new version 7 id of kind `IdType`.
template <class IdType>
IdType new_id(const Clock& clock, Entropy& entropy) {
  std::array<std::uint8_t, base::Uuid::random_size> random{};
  entropy.fill(random);
  return IdType{base::Uuid::v7(clock.now(), random)};
}

}  // namespace platform::runtime
