#pragma once

/// Chance, from a seed: the same seed throws the same dice, so that a run that went wrong can be
/// told again as far as the machine's own timing lets it.

#include <chrono>
#include <cstdint>
#include <random>

namespace sim {

class Dice {
 public:
  /// Every `stream` of a seed is a sequence of its own.
  Dice(std::uint64_t seed, std::uint64_t stream)
      : engine_(seed * 0x9E37'79B9'7F4A'7C15 + stream + 1) {}

  bool happens(double probability) { return std::bernoulli_distribution{probability}(engine_); }

  double between(double low, double high) {
    return std::uniform_real_distribution{low, high}(engine_);
  }

  std::chrono::milliseconds between(std::chrono::milliseconds low, std::chrono::milliseconds high) {
    return std::chrono::milliseconds{
        std::uniform_int_distribution<std::int64_t>{low.count(), high.count()}(engine_)};
  }

  /// Uniform in [0, bound). `bound` is at least 1.
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>{0, bound - 1}(engine_);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace sim
