#include "platform/runtime/clock.hpp"

namespace platform::runtime {
namespace {

class SystemClock final : public Clock {
 public:
  base::Instant now() const override {
    return std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
  }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace platform::runtime
