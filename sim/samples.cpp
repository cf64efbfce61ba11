#include "sim/samples.hpp"

#include <algorithm>
#include <cmath>

namespace sim {
namespace {

constexpr double us_per_ms = 1'000;

/// xorshift64: fast, and random enough to choose a place.
std::uint64_t next(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

/// The smallest sample that at least this share does not exceed.
double at(const std::vector<std::int64_t>& sorted, double share) {
  const auto rank = std::ceil(share * static_cast<double>(sorted.size()));
  const auto place = static_cast<std::size_t>(std::max(1.0, rank)) - 1;
  return static_cast<double>(sorted[place]) / us_per_ms;
}

}  // namespace

void Samples::add(std::chrono::microseconds sample) {
  ++count_;
  max_ = std::max(max_, sample.count());
  if (kept_.size() < capacity) {
    kept_.push_back(sample.count());
  } else if (const auto place = next(noise_) % static_cast<std::uint64_t>(count_);
             place < capacity) {
    kept_[place] = sample.count();
  }
}

Percentiles Samples::percentiles() const {
  if (kept_.empty()) return {};
  auto sorted = kept_;
  std::ranges::sort(sorted);
  return {.count = count_,
          .p50 = at(sorted, 0.50),
          .p95 = at(sorted, 0.95),
          .p99 = at(sorted, 0.99),
          .max = static_cast<double>(max_) / us_per_ms};
}

}  // namespace sim
