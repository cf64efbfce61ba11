#include "platform/resilience/in_flight_limit.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace platform::resilience {
namespace {

// The first is soon found too high or too low.
constexpr std::size_t first_by_min = 2;
constexpr std::size_t fall_divisor = 10;
constexpr std::size_t growth_divisor = 20;
// Fewer say little about the machine and much about the call.
constexpr int served_min = 10;

}  // namespace

InFlightLimit::InFlightLimit(InFlightConfig config)
    : config_(config), limit_(std::min(first_by_min * config.min, config.max)) {}

void InFlightLimit::begin() { most_in_flight_ = std::max(most_in_flight_, ++in_flight_); }

void InFlightLimit::end(base::Duration took, base::Instant now) {
  --in_flight_;
  took_ += took;
  ++served_;
  const bool was_set_back = now < window_began_;
  if (was_set_back) window_began_ = now;
  if (served_ < served_min || now - window_began_ < config_.window) return;
  adjust();
  window_began_ = now;
  most_in_flight_ = in_flight_;
  took_ = {};
  served_ = 0;
}

std::size_t InFlightLimit::share(Importance importance) const {
  switch (importance) {
    case Importance::low: return limit_ / 2;
    case Importance::normal: return limit_;
    case Importance::high: return limit_ * 2;
  }
  NEBENGJEK_UNREACHABLE("a call of no importance");
}

/// Where fewer calls came than were allowed, their number was not what they waited for.
void InFlightLimit::adjust() {
  const bool was_in_use = most_in_flight_ >= share(Importance::low);
  if (!was_in_use) return;
  if (took_ / served_ > config_.target) {
    limit_ = std::max(config_.min, limit_ - limit_ / fall_divisor);
  } else {
    limit_ = std::min(config_.max, limit_ + 1 + limit_ / growth_divisor);
  }
}

}  // namespace platform::resilience
