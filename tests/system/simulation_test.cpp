// A small city lives for a while on every shape, and every promise to its people is kept; also
// where one instance of each service goes away in turn. A larger one, for longer, is tests/city.

#include <future>

#include "tests/system/simulate.hpp"
#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

using namespace std::chrono_literals;

constexpr auto run_limit = 180s;

class Simulation : public SystemTest, public testing::WithParamInterface<Shape> {
 protected:
  Simulation() : SystemTest(GetParam()) {}
};

TEST_P(Simulation, EveryPromiseIsKept) {
  expect_a_good_time(simulate(small_city(backend), run_limit));
}

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
  const auto report = simulate(plan, run_limit);
  troubles.get();
  expect_a_good_time(report);
}

}  // namespace
}  // namespace tests::system
