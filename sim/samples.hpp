#pragma once

/// Measured durations, and the percentiles of them.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <boost/describe/class.hpp>

namespace sim {

/// Milliseconds.
struct Percentiles {
  std::int64_t count = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};
BOOST_DESCRIBE_STRUCT(Percentiles, (), (count, p50, p95, p99, max))

/// Keeps `capacity` of all that were added, each as likely as any other (reservoir sampling), so a
/// long run takes no more memory than a short one. Count and maximum are exact.
class Samples {
 public:
  static constexpr std::size_t capacity = 8'192;

  void add(std::chrono::microseconds sample);
  std::int64_t count() const { return count_; }
  Percentiles percentiles() const;

 private:
  std::vector<std::int64_t> kept_;  ///< Microseconds.
  std::int64_t count_ = 0;
  std::int64_t max_ = 0;
  std::uint64_t noise_ = 0x2545'F491'4F6C'DD1D;
};

}  // namespace sim
