// Without users there is no edge: phones turn to another instance, and where there is none they
// keep what they have while everything else goes on.

#include <string>

#include "tests/matrix/looking.hpp"

namespace tests::matrix {
namespace {

using domain::ride::RideState;
using system::Backend;
using system::granted;
using system::Phone;
using system::Shape;

constexpr double trip_m = 2'000;
constexpr double speed_kmh = 180;
// 2.0 km x 3,000.
constexpr base::Money fare{6'000};

/// A way for all edges to be gone.
struct Absence {
  std::string name;
  void (*begin)(Backend&);
  void (*end)(Backend&);
  bool closes_sockets;
};
void PrintTo(const Absence& absence, std::ostream* out) { *out << absence.name; }

const Absence absences[] = {
    {"killed", [](Backend& backend) { backend.kill("users"); },
     [](Backend& backend) { backend.start(); }, true},
    {"paused", [](Backend& backend) { backend.pause("users"); },
     [](Backend& backend) { backend.resume("users"); }, false},
};

awaitable<bool> is_answered(Phone& phone) {
  phone.api().set_patience(0ms);
  phone.api().set_answer_limit(call_limit);
  try {
    co_await phone.call(operations::get_snapshot);
    co_return true;
  } catch (const platform::http::NoAnswer&) {
    co_return false;
  }
}

class Users : public testing::Test {
 protected:
  Users() { backend.start(); }
  void visit(const system::Visit& each) { system::visit(backend, each); }

  Backend& backend = system::backend(Shape::two_of_each);
};

class NoEdge : public Users, public testing::WithParamInterface<Absence> {};

TEST_P(NoEdge, RidesGoOnAndPhonesKeepTheirPositions) {
  visit([this](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride =
        co_await system::begin_ride(*passenger, *driver, city.place(0), city.place(-trip_m));
    driver->go_to(city.place(-trip_m / 2), speed_kmh);
    co_await system::until_metered(*passenger, trip_m / 2);

    GetParam().begin(backend);
    EXPECT_FALSE(co_await is_answered(*passenger));
    driver->go_to(city.place(-trip_m * 3 / 4), speed_kmh);
    GetParam().end(backend);
    if (GetParam().closes_sockets) {
      for (auto* phone : {driver, passenger}) {
        co_await system::until_socket_closes(*phone);
        co_await phone->connect();
      }
    }
    driver->go_to(city.place(-trip_m), speed_kmh);
    EXPECT_EQ((co_await system::complete_ride(*driver, ride, 1)).fare, fare);
    granted(co_await driver->call(operations::confirm_cash, {.ride_id = ride}));
    co_await system::until_ride(*passenger, ride, RideState::paid);
  });
}

INSTANTIATE_TEST_SUITE_P(Each, NoEdge, testing::ValuesIn(absences),
                         [](const auto& info) { return info.param.name; });

TEST_F(Users, AnotherEdgeServesWhoeverWasConnectedToTheOneThatIsGone) {
  visit([this](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));  // At the first edge.
    auto* passenger = co_await city.passenger();
    const auto ride =
        co_await system::begin_ride(*passenger, *driver, city.place(0), city.place(-trip_m));
    driver->api().add_edge(backend.edges().back());

    backend.kill_one("users");
    co_await system::until_socket_closes(*driver);
    EXPECT_TRUE(passenger->connected());
    driver->api().turn_to_next_edge();
    co_await driver->connect();
    EXPECT_EQ(driver->document().ride.value().state, RideState::in_progress);
    driver->go_to(city.place(-trip_m), speed_kmh);
    EXPECT_EQ((co_await system::complete_ride(*driver, ride, 1)).fare, fare);
    co_await system::until_ride(*passenger, ride, RideState::completed);
  });
}

}  // namespace
}  // namespace tests::matrix
