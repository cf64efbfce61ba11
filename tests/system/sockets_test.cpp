// What a phone hears and says over its WebSocket.

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
using domain::match::RequestState;

using Sockets = SystemTest;

boost::json::value trip(const City& city) {
  return base::json::encode(
      contracts::CreateRequest{.pickup = contracts::place_at(city.place(0)),
                               .destination = contracts::place_at(city.place(-2'000))});
}

TEST_F(Sockets, ReconnectingGivesTheDocument) {
  visit([](City& city) -> awaitable<void> {
    auto* passenger = co_await city.passenger();
    EXPECT_EQ(passenger->n(), 0);
    passenger->disconnect();
    co_await passenger->until("the socket closes",
                              [](const Phone& phone) { return !phone.connected(); });
    const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
    co_await passenger->connect();
    co_await passenger->until("the request is shown", [=](const Phone& phone) {
      const auto& shown = phone.document().request;
      return shown && shown->request_id == request;
    });
    EXPECT_EQ(passenger->n(), 1);
    EXPECT_EQ(passenger->gaps(), 0);
  });
}

TEST_F(Sockets, OnlyTheUserHears) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    auto* other = co_await city.passenger();
    co_await request_ride(*phone, city.place(0), city.place(-2'000));
    co_await phone->until("the request is shown",
                          [](const Phone& each) { return each.document().request.has_value(); });
    EXPECT_FALSE(other->document().request);
  });
}

TEST_F(Sockets, CommandsAreAcknowledged) {
  visit([](City& city) -> awaitable<void> {
    auto* passenger = co_await city.passenger();
    const auto answer = granted(co_await passenger->send("request.create", trip(city)));
    const auto request = base::json::decode<contracts::RequestView>(answer).value();
    EXPECT_EQ(request.state, RequestState::waiting);
    EXPECT_EQ(refusal(co_await passenger->send("request.create", trip(city))),
              "409 request_already_open");
    granted(
        co_await passenger->send("request.cancel", {{"request_id", request.request_id.text()}}));
  });
}

TEST_F(Sockets, FramesAreRefusedInTheWordsOfHttp) {
  visit([](City& city) -> awaitable<void> {
    auto* passenger = co_await city.passenger();
    EXPECT_EQ(refusal(co_await passenger->send("no.such_frame", {})), "404 no_such_route");
    EXPECT_EQ(refusal(co_await passenger->send("beacon.set", {{"on", true}})), "403 forbidden");
    EXPECT_EQ(refusal(co_await passenger->send("request.create", boost::json::object{})),
              "422 invalid");
    EXPECT_EQ(refusal(co_await passenger->send("position.report", boost::json::object{})),
              "422 invalid");
    EXPECT_TRUE(passenger->connected());
  });
}

TEST_F(Sockets, ADriverApprovedMeanwhileMayDrive) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    EXPECT_EQ(refusal(co_await phone->send("beacon.set", {{"on", true}})), "403 forbidden");
    co_await register_driver(*phone, "B 9999 NJ");
    granted(co_await phone->send("beacon.set", {{"on", true}}));
    co_await phone->until("the beacon is shown",
                          [](const Phone& each) { return each.document().beacon == true; });
  });
}

}  // namespace
}  // namespace tests::system
