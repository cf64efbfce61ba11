// A small city lives for a while on every shape, and every promise to its people is kept; also
// where one instance of each service goes away in turn.

#include <future>

#include <gmock/gmock.h>

#include "sim/report.hpp"
#include "tests/support/stack_fixture.hpp"
#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

using namespace std::chrono_literals;
using testing::Ge;
using testing::IsEmpty;

constexpr auto run_limit = 180s;

/// Where no test's own people go.
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

sim::Report simulate(const sim::CityPlan& plan) {
  sim::Report report;
  support::run(
      [&](platform::runtime::Runtime& runtime) -> awaitable<void> {
        sim::City city{runtime, plan};
        co_await city.live();
        report = sim::report_on(city);
      },
      run_limit);
  return report;
}

void expect_a_good_time(const sim::Report& report) {
  EXPECT_THAT(report.violations, IsEmpty()) << sim::page(report);
  EXPECT_THAT(report.completed, Ge(report.passengers / 2)) << sim::page(report);
  EXPECT_EQ(report.settled, report.fares);
}

class Simulation : public SystemTest, public testing::WithParamInterface<Shape> {
 protected:
  Simulation() : SystemTest(GetParam()) {}
};

TEST_P(Simulation, EveryPromiseIsKept) { expect_a_good_time(simulate(small_city(backend))); }

INSTANTIATE_TEST_SUITE_P(Shapes, Simulation,
                         testing::Values(Shape::one_process, Shape::process_per_role,
                                         Shape::two_of_each),
                         [](const auto& shape) { return name_of(shape.param); });

class SimulationOfTwo : public SystemTest {
 protected:
  SimulationOfTwo() : SystemTest(Shape::two_of_each) {}

  /// One after the other, each comes back before the next one goes.
  void take_each_away_once() {
    for (const std::string role : {"users", "location", "match", "rides"}) {
      backend.kill_one(role);
      backend.start();
      backend.stop_one(role);
      backend.start();
    }
  }
};

TEST_F(SimulationOfTwo, EveryPromiseIsKeptWhileOneOfEachGoesAway) {
  auto plan = small_city(backend);
  plan.duration = 20s;
  auto troubles = std::async(std::launch::async, [this] { take_each_away_once(); });
  const auto report = simulate(plan);
  troubles.get();
  expect_a_good_time(report);
}

}  // namespace
}  // namespace tests::system
