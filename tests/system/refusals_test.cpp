// What is refused, to whom, and in which words.

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace http = platform::http;
namespace operations = contracts::operations;

using Refusals = SystemTest;

struct Matched {
  Phone* passenger;
  Phone* driver;
  domain::RideId ride;
};

awaitable<Matched> matched_pair(City& city) {
  auto* driver = co_await city.driver(city.place(100));
  auto* passenger = co_await city.passenger();
  const auto ride = co_await match(*passenger, *driver, city.place(0), city.place(-2'000));
  co_return Matched{passenger, driver, ride};
}

TEST_F(Refusals, ARideDoesNotExistForStrangers) {
  visit([](City& city) -> awaitable<void> {
    const auto [passenger, driver, ride] = co_await matched_pair(city);
    auto* stranger = co_await city.driver(city.place(300));
    const contracts::RideRef ref{.ride_id = ride};
    EXPECT_EQ(refusal(co_await stranger->call(operations::get_ride, ref)), "404 not_found");
    EXPECT_EQ(refusal(co_await stranger->call(operations::get_receipt, ref)), "404 not_found");
    EXPECT_EQ(refusal(co_await stranger->call(operations::get_request, {.request_id = ride})),
              "404 not_found");
    EXPECT_EQ(refusal(co_await stranger->call(operations::cancel_request, {.request_id = ride})),
              "404 not_found");
    EXPECT_EQ(refusal(co_await stranger->call(operations::arrive, ref)), "404 not_found");
    EXPECT_EQ(refusal(co_await stranger->call(operations::start_ride,
                                              {.ride_id = ride, .pin = "0000", .sequence = 1})),
              "404 not_found");
    EXPECT_EQ(refusal(co_await stranger->call(operations::complete_ride,
                                              {.ride_id = ride, .sequence = 1})),
              "404 not_found");
    EXPECT_EQ(refusal(co_await stranger->call(operations::cancel_ride, {.ride_id = ride})),
              "404 not_found");
    EXPECT_EQ(refusal(co_await stranger->call(operations::pay_ride, {.ride_id = ride})),
              "404 not_found");
    EXPECT_EQ(refusal(co_await stranger->call(operations::confirm_cash, ref)), "404 not_found");
  });
}

TEST_F(Refusals, EachSideHasItsOwnPart) {
  visit([](City& city) -> awaitable<void> {
    const auto [passenger, driver, ride] = co_await matched_pair(city);
    const contracts::RideRef ref{.ride_id = ride};
    EXPECT_EQ(refusal(co_await passenger->call(operations::arrive, ref)), "403 forbidden");
    EXPECT_EQ(refusal(co_await passenger->call(operations::set_beacon, {.on = true})),
              "403 forbidden");
    EXPECT_EQ(refusal(co_await passenger->call(operations::get_balance)), "403 forbidden");
    EXPECT_EQ(refusal(co_await driver->call(operations::pay_ride, {.ride_id = ride})),
              "403 wrong_role");
  });
}

TEST_F(Refusals, APassengerWhoAlsoDrivesStaysThePassenger) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(100));
    auto* colleague = co_await city.driver(city.place(0));
    granted(co_await colleague->call(operations::set_beacon, {.on = false}));
    const auto ride = co_await match(*colleague, *driver, city.place(0), city.place(-2'000));
    EXPECT_EQ(refusal(co_await colleague->call(operations::arrive, {.ride_id = ride})),
              "403 wrong_role");
  });
}

TEST_F(Refusals, WithoutATokenThereIsNothingToDo) {
  visit([](City& city) -> awaitable<void> {
    auto& phone = city.new_phone();
    EXPECT_EQ(refusal(co_await phone.call(operations::get_me)), "401 unauthenticated");
    phone.api().use_token("not.a.token");
    EXPECT_EQ(refusal(co_await phone.call(operations::get_me)), "401 unauthenticated");
    const auto response = co_await phone.api().get("/v1/me");
    EXPECT_EQ(response.headers.find("WWW-Authenticate"), "Bearer");
    EXPECT_THROW(co_await phone.connect(), http::NoAnswer);
  });
}

TEST_F(Refusals, RidesAreDoneInOrder) {
  visit([](City& city) -> awaitable<void> {
    const auto [passenger, driver, ride] = co_await matched_pair(city);
    EXPECT_EQ(refusal(co_await driver->call(operations::start_ride,
                                            {.ride_id = ride, .pin = "0000", .sequence = 1})),
              "409 illegal_transition");
    EXPECT_EQ(
        refusal(co_await driver->call(operations::complete_ride, {.ride_id = ride, .sequence = 1})),
        "409 illegal_transition");
    EXPECT_EQ(refusal(co_await driver->call(operations::confirm_cash, {.ride_id = ride})),
              "409 illegal_transition");
    EXPECT_EQ(refusal(co_await driver->call(operations::report_no_show, {.ride_id = ride})),
              "409 illegal_transition");
  });
}

struct BadCall {
  http::Method method;
  std::string_view path;
  std::string_view body;
  std::string_view refusal;
};

// clang-format off
constexpr BadCall bad_calls[] = {
    {http::Method::post,  "/v1/estimates", "{",               "400 malformed"},
    {http::Method::post,  "/v1/estimates", "[]",              "400 malformed"},
    {http::Method::post,  "/v1/estimates", R"({"a":1,"a":2})", "400 malformed"},
    {http::Method::post,  "/v1/estimates", "{}",              "422 invalid pickup destination"},
    {http::Method::post,  "/v1/estimates", R"({"pickup": {"latitude": 91, "longitude": 106.8},
                                               "destination": {"latitude": -6.2, "longitude": "east"}})",
     "422 invalid pickup.latitude destination.longitude"},
    {http::Method::post,  "/v1/estimates", R"({"pickup": {"latitude": -6.2, "longitude": 106.8},
                                               "destination": {"latitude": -6.3, "longitude": 106.8}, "driver": "me"})",
     "400 unknown_field driver"},
    {http::Method::post,  "/v1/estimates", R"({"pickup": {"latitude": -6.2, "longitude": 106.8},
                                               "destination": {"latitude": -6.2, "longitude": 106.8}})",
     "422 trip_too_short"},
    {http::Method::get,   "/v1/drivers/nearby?latitude=nan&longitude=106.8&vehicle_type=rickshaw", "",
     "422 invalid latitude vehicle_type"},
    {http::Method::patch, "/v1/me",        R"({"name": ""})", "422 invalid name"},
    {http::Method::get,   "/v1/rides/1",   "",                "422 invalid ride_id"},
    {http::Method::get,   "/v1/rides/0190a1b2-c3d4-7000-8000-000000000001", "", "404 not_found"},
    {http::Method::get,   "/v1/nothing",   "",                "404 no_such_route"},
    {http::Method::get,   "/admin/v1/drivers", "",            "404 no_such_route"},
    {http::Method::put,   "/v1/me",        "",                "405 method_not_allowed"},
};
// clang-format on

TEST_F(Refusals, NameWhatIsWrong) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    for (const auto& [method, path, body, expected] : bad_calls) {
      auto answer = co_await phone->api().send(method, std::string{path}, std::string{body});
      while (answer.status == 429) {  // So many at once are themselves a refusal.
        answer = co_await phone->api().send(method, std::string{path}, std::string{body});
      }
      EXPECT_EQ(refusal(answer), expected) << path << ' ' << body;
      EXPECT_EQ(answer.headers.find("Content-Type"), "application/problem+json") << path;
    }
  });
}

TEST_F(Refusals, OnlyJsonIsSpoken) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    const auto in_xml = co_await phone->api().send(http::Method::get, "/v1/me", {},
                                                   {{"Accept", "application/xml"}});
    EXPECT_EQ(refusal(in_xml), "406 not_acceptable");
    const std::string large(20'000, ' ');
    EXPECT_EQ(refusal(co_await phone->api().send(http::Method::patch, "/v1/me", large)),
              "413 too_large");
  });
}

TEST_F(Refusals, TheSameKeyIsTheSameRequest) {
  visit([](City& city) -> awaitable<void> {
    auto* passenger = co_await city.passenger();
    const contracts::CreateRequest request{.pickup = contracts::place_at(city.place(0)),
                                           .destination = contracts::place_at(city.place(-2'000))};
    const auto create = operations::create_request;
    auto& api = passenger->api();
    const auto first = granted(co_await api.call(create, request, "a key"));
    const auto again = granted(co_await api.call(create, request, "a key"));
    EXPECT_EQ(base::json::to_text(again), base::json::to_text(first));

    auto other = request;
    other.destination = contracts::place_at(city.place(-3'000));
    EXPECT_EQ(refusal(co_await api.call(create, other, "a key")), "422 idempotency_key_reused");
    EXPECT_EQ(refusal(co_await api.call(create, other, "another key")), "409 request_already_open");
  });
}

}  // namespace
}  // namespace tests::system
