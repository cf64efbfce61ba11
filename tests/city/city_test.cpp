// A hundred people live on every shape for two minutes, while one instance of each service in turn
// is stopped as by a deploy, and another time killed: every promise to each of them is kept.
//
// `./dev test city`. Each run prints the page of its report.

#include <future>
#include <iostream>
#include <thread>

#include "tests/system/simulate.hpp"
#include "tests/system/system_test.hpp"

namespace tests::city {
namespace {

using namespace std::chrono_literals;
using system::Backend;
using system::Shape;

constexpr auto lives_for = 120s;
constexpr auto run_limit = 360s;
constexpr auto quiet_at_first = 15s;  ///< Until a hundred people are about.
constexpr auto quiet_between = 8s;

class City : public system::SystemTest, public testing::WithParamInterface<Shape> {
 protected:
  City() : SystemTest(GetParam()) {}

  sim::CityPlan plan() const {
    auto plan = system::small_city(backend);
    plan.drivers = 50;
    plan.passengers = 50;
    plan.duration = lives_for;
    plan.radius_m = 800;
    plan.seed = 50;
    return plan;
  }

  /// All twice, in the middle of their lives: once with time to say goodbye, and once without.
  void take_each_away_twice() const {
    std::this_thread::sleep_for(quiet_at_first);
    for (const std::string role : {"users", "location", "match", "rides"}) {
      backend.stop_one(role);
      backend.start();
      std::this_thread::sleep_for(quiet_between);
      backend.kill_one(role);
      backend.start();
      std::this_thread::sleep_for(quiet_between / 2);
    }
  }
};

TEST_P(City, KeepsEveryPromiseWhileServicesComeAndGo) {
  auto troubles = std::async(std::launch::async, [this] { take_each_away_twice(); });
  const auto report = system::simulate(plan(), run_limit);
  troubles.get();
  std::cout << sim::page(report) << '\n';
  system::expect_a_good_time(report);
  EXPECT_GT(report.reconnects, 0) << "somebody must have noticed";
}

INSTANTIATE_TEST_SUITE_P(On, City,
                         testing::Values(Shape::one_process, Shape::process_per_role,
                                         Shape::two_of_each),
                         [](const auto& shape) { return system::name_of(shape.param); });

}  // namespace
}  // namespace tests::city
