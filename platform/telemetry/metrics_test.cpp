#include "platform/telemetry/metrics.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platform::telemetry {
namespace {

using testing::HasSubstr;

constexpr CounterFamily trips{"test_trips_total", "Trips", {"city", "vehicle"}};
constexpr GaugeFamily waiting{"test_waiting", "Passengers who wait"};
constexpr double sizes[] = {1, 10};
constexpr HistogramFamily batches{"test_batch_size", "Events per batch", {"consumer"}, sizes};

TEST(Metrics, CountsBySeries) {
  trips.with("jakarta", "car").add();
  trips.with("jakarta", std::string{"car"}).add(2);
  trips.with("bandung", "car").add();
  const auto text = metrics_text();
  EXPECT_THAT(text, HasSubstr("# HELP test_trips_total Trips\n# TYPE test_trips_total counter\n"));
  EXPECT_THAT(text, HasSubstr("test_trips_total{city=\"jakarta\",vehicle=\"car\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("test_trips_total{city=\"bandung\",vehicle=\"car\"} 1\n"));
}

TEST(Metrics, AGaugeGoesUpAndDown) {
  waiting.with().set(7);
  waiting.with().add(-2);
  EXPECT_THAT(metrics_text(), HasSubstr("test_waiting 5\n"));
}

TEST(Metrics, AHistogramHasTheBoundsOfItsFamily) {
  const auto series = batches.with("rides");
  for (const double size : {1, 4, 100}) series.observe(size);
  const auto text = metrics_text();
  EXPECT_THAT(text, HasSubstr("test_batch_size_bucket{consumer=\"rides\",le=\"1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("test_batch_size_bucket{consumer=\"rides\",le=\"10\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("test_batch_size_bucket{consumer=\"rides\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("test_batch_size_sum{consumer=\"rides\"} 105\n"));
}

}  // namespace
}  // namespace platform::telemetry
