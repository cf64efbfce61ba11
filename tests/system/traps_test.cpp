// Traps that a system of this kind fell into when it was run: each test is named after what would
// happen, and shows that here it doesn't. Those that are about money are in money_traps_test.cpp.

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gmock/gmock.h>

#include "platform/runtime/deadline.hpp"
#include "tests/support/bus_fixture.hpp"
#include "tests/system/deaf_client.hpp"
#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace http = platform::http;
namespace operations = contracts::operations;
using domain::match::RequestState;
using domain::ride::RideState;
using platform::ws::CloseCode;

using Traps = SystemTest;

// The kernel takes 3 MB off the edge; the rest waits there.
constexpr int answers_that_fill_all_buffers = 420;
constexpr auto without_delay = std::chrono::seconds{2};
constexpr auto write_deadline_and_more = std::chrono::seconds{10};

class TrapsOfTwoEdges : public SystemTest {
 protected:
  TrapsOfTwoEdges() : SystemTest(Shape::two_of_each) {}
};

class TrapsOfServices : public SystemTest {
 protected:
  TrapsOfServices() : SystemTest(Shape::process_per_role) {}
};

awaitable<void> until_not_asked(Phone& driver) {
  co_await driver.until("the driver is asked no more",
                        [](const Phone& phone) { return !phone.document().proposal; });
}

awaitable<void> until_requested(Phone& passenger, domain::RequestId request) {
  co_await passenger.until("the request is shown", [=](const Phone& phone) {
    const auto& shown = phone.document().request;
    return shown && shown->request_id == request;
  });
}

awaitable<void> until_replaced(Phone& phone) {
  co_await phone.until("the older socket is closed", [](const Phone& each) {
    return !each.connected() &&
           each.close_code() == static_cast<std::uint16_t>(CloseCode::replaced);
  });
}

/// To a driver who has no part in it, there is no such ride.
awaitable<void> expect_hidden_from(Phone& stranger, domain::RideId ride) {
  const auto hidden = "404 not_found";
  EXPECT_EQ(refusal(co_await stranger.call(operations::get_ride, {.ride_id = ride})), hidden);
  EXPECT_EQ(refusal(co_await stranger.call(operations::arrive, {.ride_id = ride})), hidden);
  EXPECT_EQ(refusal(co_await stranger.call(operations::start_ride,
                                           {.ride_id = ride, .pin = "1234", .sequence = 1})),
            hidden);
  EXPECT_EQ(refusal(co_await stranger.call(operations::complete_ride,
                                           {.ride_id = ride, .sequence = 1, .adjustment = {}})),
            hidden);
  EXPECT_EQ(refusal(co_await stranger.call(operations::cancel_ride, {.ride_id = ride})), hidden);
  EXPECT_EQ(refusal(co_await stranger.call(operations::confirm_cash, {.ride_id = ride})), hidden);
  EXPECT_EQ(refusal(co_await stranger.call(operations::pay_ride, {.ride_id = ride})), hidden);
}

TEST_F(Traps, StrangerAccepts) {
  visit([](City& city) -> awaitable<void> {
    auto* asked = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    const contracts::ProposalRef proposal{.match_id = co_await proposal_of(*asked, request)};
    auto* other = co_await city.driver(city.place(300));
    EXPECT_EQ(refusal(co_await other->call(operations::accept_proposal, proposal)),
              "404 not_found");
    EXPECT_EQ(refusal(co_await other->call(operations::decline_proposal, proposal)),
              "404 not_found");
    EXPECT_EQ(refusal(co_await passenger->call(operations::accept_proposal, proposal)),
              "403 forbidden");

    granted(co_await asked->call(operations::accept_proposal, proposal));
    co_await until_ride(*passenger, request, RideState::matched);
    co_await expect_hidden_from(*other, request);
    EXPECT_EQ(refusal(co_await passenger->call(operations::arrive, {.ride_id = request})),
              "403 forbidden");
  });
}

TEST_F(Traps, RejectedMatchRevives) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    const contracts::ProposalRef proposal{.match_id = co_await proposal_of(*driver, request)};
    granted(co_await driver->call(operations::decline_proposal, proposal));
    EXPECT_EQ(refusal(co_await driver->call(operations::accept_proposal, proposal)),
              "409 proposal_closed");
    EXPECT_EQ(refusal(co_await passenger->call(operations::get_ride, {.ride_id = request})),
              "404 not_found");
  });
}

/// How many of two simultaneous calls were granted.
template <class First, class Second>
awaitable<int> granted_of(awaitable<First> first, awaitable<Second> second) {
  using namespace boost::asio::experimental::awaitable_operators;
  const auto [one, other] = co_await (std::move(first) && std::move(second));
  co_return int{one.has_value()} + int{other.has_value()};
}

TEST_F(Traps, ManyRidesAtOnce) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* eager = co_await city.passenger();
    auto* other = co_await city.passenger();
    const contracts::CreateRequest trip{.pickup = contracts::place_at(city.place(0)),
                                        .destination = contracts::place_at(city.place(-2'000))};
    EXPECT_EQ(co_await granted_of(eager->call(operations::create_request, trip),
                                  eager->call(operations::create_request, trip)),
              1);
    co_await driver->until("the driver is asked", [](const Phone& phone) {
      return phone.document().proposal.has_value();
    });
    const auto asked = *driver->document().proposal;
    granted(co_await driver->call(operations::accept_proposal, {.match_id = asked.match_id}));
    co_await until_ride(*eager, asked.request_id, RideState::matched);

    // There is nobody else, and yet a driver who has a ride is not asked for another.
    const auto waiting = co_await request_ride(*other, city.place(0), city.place(-2'000));
    auto* late = co_await city.driver(city.place(500));
    co_await proposal_of(*late, waiting);
    EXPECT_FALSE(driver->document().proposal);
  });
}

TEST_F(Traps, PayAndRejectRace) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    for (int i = 0; i < 5; ++i) {
      auto* passenger = co_await city.passenger();
      const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
      const auto proposal = co_await proposal_of(*driver, request);
      EXPECT_EQ(
          co_await granted_of(driver->call(operations::accept_proposal, {.match_id = proposal}),
                              passenger->call(operations::cancel_request, {.request_id = request})),
          1);
      co_await until_not_asked(*driver);
      const auto now =
          granted(co_await passenger->call(operations::get_request, {.request_id = request}));
      if (now.state != RequestState::matched) continue;
      co_await until_ride(*driver, request, RideState::matched);
      granted(co_await passenger->call(operations::cancel_ride, {.ride_id = request}));
    }
  });
}

TEST_F(Traps, DeafAfterReconnect) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    auto& newer = city.new_phone();
    newer.use(phone->tokens());
    co_await newer.connect();
    co_await until_replaced(*phone);
    EXPECT_TRUE(newer.connected());
    const auto request = co_await request_ride(newer, city.place(0), city.place(-2'000));
    co_await until_requested(newer, request);
  });
}

TEST_F(TrapsOfTwoEdges, SecondEdgeLoses) {
  visit([](City& city) -> awaitable<void> {
    auto* at_first_edge = co_await city.passenger();
    auto* at_second_edge = co_await city.passenger();
    for (auto* phone : {at_first_edge, at_second_edge}) {
      const auto request = co_await request_ride(*phone, city.place(0), city.place(-2'000));
      co_await until_requested(*phone, request);
      EXPECT_EQ(phone->gaps(), 0);
    }
    auto& moved = city.new_phone();  // At the first edge again.
    moved.use(at_second_edge->tokens());
    co_await moved.connect();
    co_await until_replaced(*at_second_edge);
    EXPECT_TRUE(moved.document().request);
    EXPECT_TRUE(at_first_edge->connected());
  });
}

TEST_F(TrapsOfServices, ConsumerDownLoses) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    const auto proposal = co_await proposal_of(*driver, request);
    city.backend().kill("rides");
    granted(co_await driver->call(operations::accept_proposal, {.match_id = proposal}));
    city.backend().start();
    co_await until_ride(*passenger, request, RideState::matched);
    co_await until_ride(*driver, request, RideState::matched);
  });
}

TEST_F(Traps, PayloadIdentity) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    auto& api = passenger->api();
    EXPECT_EQ(refusal(co_await api.send(
                  http::Method::put, "/v1/me/driver/beacon",
                  R"({"on": true, "driver_id": ")" + driver->user().text() + R"("})")),
              "403 forbidden");
    EXPECT_EQ(refusal(co_await driver->send("beacon.set", {{"on", true}, {"driver_id", "1"}})),
              "400 unknown_field");
    EXPECT_EQ(
        refusal(co_await passenger->send("position.report", {{"user_id", driver->user().text()},
                                                             {"fixes", boost::json::array{}}})),
        "400 unknown_field");

    passenger->stay_at(city.place(0));  // Where a passenger is makes nobody a driver.
    auto* onlooker = co_await city.passenger();
    co_await city.until_nearby(*onlooker, city.place(0), 1);
  });
}

TEST_F(Traps, SelfMadeAdmin) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    auto& api = phone->api();
    EXPECT_EQ(refusal(co_await api.send(http::Method::patch, "/v1/me", R"({"role": "admin"})")),
              "400 unknown_field role");
    EXPECT_EQ(
        refusal(co_await api.send(http::Method::post,
                                  "/admin/v1/drivers/" + phone->user().text() + "/approve", "{}")),
        "404 no_such_route");
    EXPECT_THAT(refusal(co_await api.send(http::Method::post, "/v1/me/driver",
                                          R"({"status": "approved"})")),
                testing::StartsWith("400 unknown_field"));
  });
}

TEST_F(Traps, GhostDriver) {
  visit([](City& city) -> awaitable<void> {
    auto* ghost = co_await city.driver(city.place(100));
    auto* driver = co_await city.driver(city.place(600));
    auto* passenger = co_await city.passenger();
    co_await city.until_nearby(*passenger, city.place(0), 2);
    ghost->disconnect();  // With the beacon on.
    co_await city.until_nearby(*passenger, city.place(0), 1);
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    co_await proposal_of(*driver, request);
    const auto of_ghost = granted(co_await ghost->call(operations::get_snapshot));
    EXPECT_FALSE(of_ghost.document.as_object().contains("proposal"));
  });
}

TEST_F(Traps, LateDriver) {
  visit([](City& city) -> awaitable<void> {
    auto* passenger = co_await city.passenger();
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    co_await until_requested(*passenger, request);
    auto* late = co_await city.driver(city.place(200));
    const auto proposal = co_await proposal_of(*late, request);
    granted(co_await late->call(operations::accept_proposal, {.match_id = proposal}));
    co_await until_ride(*passenger, request, RideState::matched);
  });
}

TEST_F(Traps, SearchOffStillRides) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    const auto proposal = co_await proposal_of(*driver, request);
    granted(co_await passenger->call(operations::cancel_request, {.request_id = request}));
    EXPECT_EQ(refusal(co_await driver->call(operations::accept_proposal, {.match_id = proposal})),
              "409 request_closed");
    co_await until_not_asked(*driver);
    EXPECT_EQ(refusal(co_await passenger->call(operations::get_ride, {.ride_id = request})),
              "404 not_found");
  });
}

TEST_F(Traps, SlowClientBlocksAll) {
  visit([](City& city) -> awaitable<void> {
    auto* passenger = co_await city.passenger();
    auto* slow = co_await city.passenger();
    DeafClient deaf{city.runtime()};
    co_await deaf.connect(city.backend().edges().front(), slow->tokens().access_token);
    co_await deaf.ask(answers_that_fill_all_buffers);

    for (int i = 0; i < 3; ++i) {
      const auto asked_at = city.runtime().now();
      const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
      co_await until_requested(*passenger, request);
      EXPECT_LT(city.runtime().now() - asked_at, without_delay);
      granted(co_await passenger->call(operations::cancel_request, {.request_id = request}));
    }
    EXPECT_TRUE(co_await deaf.is_dropped_within(write_deadline_and_more));
    co_await slow->connect();  // Nobody is locked out for having been slow.
    EXPECT_EQ(slow->n(), 0);
  });
}

TEST_F(Traps, HiddenErrors) {
  visit([](City& city) -> awaitable<void> {
    auto* passenger = co_await city.passenger();
    const contracts::CreateRequest trip{.pickup = contracts::place_at(city.place(0)),
                                        .destination = contracts::place_at(city.place(-2'000))};
    auto& api = passenger->api();
    {
      const support::Outage outage{platform::stack::Server::postgres};
      api.set_patience(std::chrono::milliseconds{0});
      EXPECT_EQ(refusal(co_await api.call(operations::create_request, trip, "a key")),
                "503 unavailable");
      const auto response = co_await api.get("/v1/me/snapshot");
      EXPECT_EQ(response.headers.find("Retry-After"), "1");
      EXPECT_TRUE(passenger->connected());
    }
    api.set_patience(std::chrono::seconds{15});
    const auto request = granted(co_await api.call(operations::create_request, trip, "a key"));
    co_await until_requested(*passenger, request.request_id);
  });
}

}  // namespace
}  // namespace tests::system
