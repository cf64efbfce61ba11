#include "platform/ws/flood_gate.hpp"

#include <algorithm>

namespace platform::ws {

FloodGate::FloodGate(std::size_t per_second, TimePoint now)
    : per_second_(static_cast<double>(per_second)), tokens_(per_second_), filled_at_(now) {}

bool FloodGate::admit(TimePoint now) {
  const std::chrono::duration<double> passed = now - filled_at_;
  tokens_ = std::min(per_second_, tokens_ + passed.count() * per_second_);
  filled_at_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

}  // namespace platform::ws
