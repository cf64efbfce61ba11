#include "tests/system/simulate.hpp"

#include <gmock/gmock.h>

#include "tests/support/stack_fixture.hpp"

namespace tests::system {

using namespace std::chrono_literals;
using testing::Ge;
using testing::IsEmpty;

sim::CityPlan small_city(const Backend& backend) {
  return {.edges = backend.edges(),
          .drivers = 8,
          .passengers = 8,
          .duration = 8s,
          .drain_limit = 90s,
          .seed = 8,
          .middle = {.latitude = 3.58, .longitude = 98.67},
          .radius_m = 250,
          .trip_min_m = 150,
          .behaviour = {}};
}

sim::Report simulate(const sim::CityPlan& plan, std::chrono::milliseconds limit) {
  sim::Report report;
  support::run(
      [&](platform::runtime::Runtime& runtime) -> platform::awaitable<void> {
        sim::City city{runtime, plan};
        co_await city.live();
        report = sim::report_on(city);
      },
      limit);
  return report;
}

void expect_a_good_time(const sim::Report& report) {
  EXPECT_THAT(report.violations, IsEmpty()) << sim::page(report);
  EXPECT_THAT(report.completed, Ge(report.passengers / 2)) << sim::page(report);
  EXPECT_EQ(report.settled, report.fares);
}

}  // namespace tests::system
