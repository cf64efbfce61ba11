#include "sim/samples.hpp"

#include <gtest/gtest.h>

namespace sim {
namespace {

using std::chrono::milliseconds;

TEST(Samples, NoneHaveNoPercentiles) {
  const auto percentiles = Samples{}.percentiles();
  EXPECT_EQ(percentiles.count, 0);
  EXPECT_EQ(percentiles.max, 0);
}

TEST(Samples, APercentileIsTheSmallestThatEnoughDoNotExceed) {
  Samples samples;
  for (int ms = 100; ms >= 1; --ms) samples.add(milliseconds{ms});
  const auto percentiles = samples.percentiles();
  EXPECT_EQ(percentiles.count, 100);
  EXPECT_DOUBLE_EQ(percentiles.p50, 50);
  EXPECT_DOUBLE_EQ(percentiles.p95, 95);
  EXPECT_DOUBLE_EQ(percentiles.p99, 99);
  EXPECT_DOUBLE_EQ(percentiles.max, 100);
}

TEST(Samples, OneIsAllPercentiles) {
  Samples samples;
  samples.add(milliseconds{7});
  EXPECT_DOUBLE_EQ(samples.percentiles().p50, 7);
  EXPECT_DOUBLE_EQ(samples.percentiles().p99, 7);
}

TEST(Samples, ManyMoreThanAreKeptAreStillRepresented) {
  Samples samples;
  constexpr int count = 20 * static_cast<int>(Samples::capacity);
  for (int i = 0; i < count; ++i) samples.add(milliseconds{i % 1'000});
  const auto percentiles = samples.percentiles();
  EXPECT_EQ(percentiles.count, count);
  EXPECT_NEAR(percentiles.p50, 500, 40);
  EXPECT_NEAR(percentiles.p95, 950, 20);
  EXPECT_DOUBLE_EQ(percentiles.max, 999);
}

}  // namespace
}  // namespace sim
