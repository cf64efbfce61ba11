#include "platform/runtime/entropy.hpp"

#include <sodium.h>

#include "base/assert.hpp"

namespace platform::runtime {
namespace {

class SodiumEntropy final : public Entropy {
 public:
  SodiumEntropy() {
    const int initialised = sodium_init();
    NEBENGJEK_ASSERT(initialised >= 0);
  }
  void fill(std::span<std::uint8_t> bytes) override { randombytes_buf(bytes.data(), bytes.size()); }
  std::uint32_t below(std::uint32_t bound) override { return randombytes_uniform(bound); }
};

}  // namespace

Entropy& system_entropy() {
  static SodiumEntropy entropy;
  return entropy;
}

}  // namespace platform::runtime
