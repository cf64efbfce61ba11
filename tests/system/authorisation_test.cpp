// Nobody touches another's things: every operation of the API, called by everybody who may not.
//
// The cases come from the rows of contracts/operations.hpp, so a new operation is covered as soon
// as it is one. Arguments are made up from the row's schema; ids in paths are of things that exist
// and belong to somebody else, so that an answer tells whether they were looked at.

#include "platform/runtime/deadline.hpp"
#include "platform/security/jwt.hpp"
#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace http = platform::http;
namespace operations = contracts::operations;
using boost::json::object;
using boost::json::value;
using contracts::OperationRow;
using contracts::Role;

using Authorisation = SystemTest;

/// An operation and the schema of its arguments.
struct Subject {
  const OperationRow* row;
  object schema;
};

const std::vector<Subject>& all_subjects() {
  static const auto subjects = [] {
    std::vector<Subject> found;
    const auto add = [&](const auto& operation) {
      using Request = typename std::decay_t<decltype(operation)>::Request;
      if (!operation.path.empty()) found.push_back({&operation, base::json::schema_of<Request>()});
    };
    std::apply([&](const auto&... operation) { (add(operation), ...); }, operations::all);
    return found;
  }();
  return subjects;
}

/// Things that belong to somebody, by the name that paths give them.
struct Things {
  domain::RideId ride;  ///< Also the request.
  domain::MatchId match;
  domain::UserId owner;
  domain::DriverId driver;
  domain::SessionId session;

  std::string named(std::string_view parameter) const {
    if (parameter == "ride_id" || parameter == "request_id") return ride.text();
    if (parameter == "match_id") return match.text();
    if (parameter == "driver_id") return driver.text();
    if (parameter == "session_id") return session.text();
    return owner.text();
  }
};

std::string path_of(const OperationRow& row, const Things& things) {
  std::string path{row.path};
  for (auto open = path.find('{'); open != path.npos; open = path.find('{')) {
    const auto close = path.find('}', open);
    const auto name = path.substr(open + 1, close - open - 1);
    path.replace(open, close - open + 1, name == "id" ? "1" : things.named(name));
  }
  return path;
}

http::Method method_of(const OperationRow& row) {
  switch (row.method) {
    case contracts::Method::get: return http::Method::get;
    case contracts::Method::post: return http::Method::post;
    case contracts::Method::put: return http::Method::put;
    case contracts::Method::patch: return http::Method::patch;
    case contracts::Method::del: return http::Method::del;
  }
  NEBENGJEK_UNREACHABLE("a method without a case");
}

/// Something that the schema accepts, as far as it says.
value made_up(const object& schema);

value made_up_number(const object& schema) {
  const auto* minimum = schema.if_contains("minimum");
  if (minimum && minimum->to_number<double>() > 1) return *minimum;
  return 1;
}

value made_up_text(const object& schema) {
  const auto* pattern = schema.if_contains("pattern");
  if (pattern) return pattern->as_string() == "^[0-9]{4}$" ? "0000" : "000000";
  const auto* format = schema.if_contains("format");
  if (format && format->as_string() == "uuid") return "0190a1b2-c3d4-7000-8000-000000000001";
  if (format && format->as_string() == "date-time") return "2026-01-31T10:00:00Z";
  return "made up";
}

value made_up(const object& schema) {
  if (const auto* choice = schema.if_contains("enum")) return choice->as_array().front();
  const auto* type = schema.if_contains("type");
  const auto name = type && type->is_string() ? std::string_view{type->as_string()} : "object";
  if (name == "boolean") return false;
  if (name == "integer" || name == "number") return made_up_number(schema);
  if (name == "string") return made_up_text(schema);
  if (name == "array") return boost::json::array{made_up(schema.at("items").as_object())};
  object made;
  const auto* required = schema.if_contains("required");
  if (!required) return made;
  for (const auto& member : required->as_array()) {
    made[member.as_string()] = made_up(schema.at("properties").at(member.as_string()).as_object());
  }
  return made;
}

/// The body for `row`, without what its path carries.
std::string body_of(const Subject& subject) {
  if (!subject.row->changes_something()) return {};
  auto body = made_up(subject.schema).as_object();
  for (auto open = subject.row->path.find('{'); open != std::string_view::npos;
       open = subject.row->path.find('{', open + 1)) {
    const auto close = subject.row->path.find('}', open);
    body.erase(subject.row->path.substr(open + 1, close - open - 1));
  }
  return base::json::serialized(body);
}

/// Queries carry what a body would.
std::string query_of(const Subject& subject) {
  if (subject.row->changes_something()) return {};
  std::string query;
  for (const auto& [name, argument] : made_up(subject.schema).as_object()) {
    if (subject.row->path.contains('{' + std::string{name} + '}')) continue;
    query += query.empty() ? '?' : '&';
    query += std::string{name} + '=' +
             (argument.is_string() ? std::string{argument.as_string()}
                                   : base::json::serialized(argument));
  }
  return query;
}

/// The answer; one that was throttled is asked for again.
awaitable<http::Response> ask(sim::ApiClient& by, const Subject& subject, const Things& things) {
  for (;;) {
    auto answer =
        co_await by.send(method_of(*subject.row), path_of(*subject.row, things) + query_of(subject),
                         body_of(subject));
    if (answer.status != 429) co_return answer;
    co_await platform::runtime::sleep_for(std::chrono::milliseconds{100});
  }
}

/// Sends every operation that `concerns` picks, and expects an answer that `is_right` accepts.
awaitable<void> expect_of_all(sim::ApiClient& by, std::string who, const Things& things,
                              std::function<bool(const OperationRow&)> concerns,
                              std::function<bool(const OperationRow&, int)> is_right) {
  int asked = 0;
  for (const auto& subject : all_subjects()) {
    if (!concerns(*subject.row)) continue;
    const auto answer = co_await ask(by, subject, things);
    EXPECT_TRUE(is_right(*subject.row, answer.status))
        << who << " was answered " << answer.status << " to " << subject.row->name << ": "
        << answer.body;
    ++asked;
  }
  EXPECT_GT(asked, 0) << who;
}

bool for_phones(const OperationRow& row) {
  return row.role == Role::user || row.role == Role::driver;
}
bool for_drivers(const OperationRow& row) { return row.role == Role::driver; }
bool for_staff(const OperationRow& row) { return row.role == Role::staff; }
bool about_a_thing(const OperationRow& row) { return for_phones(row) && row.path.contains('{'); }

auto with(int status) {
  return [status](const OperationRow&, int answered) { return answered == status; };
}

/// A matched pair, whose ride and sessions nobody else has to do with.
struct Pair {
  Phone* passenger;
  Phone* driver;
  Things things;
};

awaitable<Pair> matched_pair(City& city) {
  auto* driver = co_await city.driver(city.place(100));
  auto* passenger = co_await city.passenger();
  const auto request = co_await request_ride(*passenger, city.place(0), city.place(-2'000));
  const auto match = co_await proposal_of(*driver, request);
  granted(co_await driver->call(operations::accept_proposal, {.match_id = match}));
  co_await until_ride(*driver, request, domain::ride::RideState::matched);
  co_return Pair{.passenger = passenger,
                 .driver = driver,
                 .things = {.ride = request,
                            .match = match,
                            .owner = passenger->user(),
                            .driver = driver->user(),
                            .session = passenger->tokens().session_id}};
}

TEST_F(Authorisation, WithoutAGoodTokenNothingIsDone) {
  visit([](City& city) -> awaitable<void> {
    const auto [passenger, driver, things] = co_await matched_pair(city);
    auto& stranger = city.new_phone().api();
    co_await expect_of_all(stranger, "nobody", things, &for_phones, with(401));

    using namespace platform::security;
    const auto now = city.runtime().now();
    const Claims claims{.subject = passenger->user().text(),
                        .session = passenger->tokens().session_id.text(),
                        .token_id = "made up",
                        .issuer = "https://nebengjek.local",
                        .audience = "nebengjek",
                        .issued_at = now,
                        .not_before = now,
                        .expires_at = now + std::chrono::minutes{10}};
    const auto ours = city.backend().signing_key();
    auto expired = claims;
    expired.expires_at = now - std::chrono::minutes{10};
    stranger.use_token(ours->sign(expired));
    co_await expect_of_all(stranger, "an expired token", things, &for_phones, with(401));
    auto elsewhere = claims;
    elsewhere.audience = "elsewhere";
    stranger.use_token(ours->sign(elsewhere));
    co_await expect_of_all(stranger, "a wrong audience", things, &for_phones, with(401));
    stranger.use_token(generate_key(Algorithm::es256)->sign(claims));
    co_await expect_of_all(stranger, "a foreign key", things, &for_phones, with(401));
    stranger.use_token(ours->sign(claims));
    granted(co_await stranger.call(operations::get_me, {}));  // The forgery itself is sound.
  });
}

TEST_F(Authorisation, APassengerIsNoDriver) {
  visit([](City& city) -> awaitable<void> {
    const auto [passenger, driver, things] = co_await matched_pair(city);
    co_await expect_of_all(passenger->api(), "the passenger", things, &for_drivers, with(403));
  });
}

TEST_F(Authorisation, WhatIsAnothersDoesNotExist) {
  visit([](City& city) -> awaitable<void> {
    const auto [passenger, driver, things] = co_await matched_pair(city);
    auto* other_driver = co_await city.driver(city.place(5'000));
    auto* other_passenger = co_await city.passenger();
    co_await expect_of_all(other_driver->api(), "another driver", things, &about_a_thing,
                           with(404));
    co_await expect_of_all(other_passenger->api(), "another passenger", things, &about_a_thing,
                           [](const OperationRow& row, int status) {
                             const int right = row.role == Role::driver ? 403 : 404;
                             return status == right;
                           });
    const auto ride = granted(co_await passenger->call(operations::get_ride, {things.ride}));
    EXPECT_EQ(ride.state, domain::ride::RideState::matched) << "nobody has touched it";
  });
}

TEST_F(Authorisation, StaffNeedAKeyWithTheScope) {
  visit([](City& city) -> awaitable<void> {
    const auto [passenger, driver, things] = co_await matched_pair(city);
    auto staff = city.staff("users", {"nothing:at_all"});
    co_await expect_of_all(staff, "a key without the scope", things, &for_staff, with(403));
    staff.use_token(driver->tokens().access_token);
    co_await expect_of_all(staff, "a driver's token", things, &for_staff, with(401));
    staff.use_token("");
    co_await expect_of_all(staff, "nobody", things, &for_staff, with(401));
  });
}

TEST_F(Authorisation, StaffsOperationsAreNotOnThePublicPort) {
  visit([](City& city) -> awaitable<void> {
    const auto [passenger, driver, things] = co_await matched_pair(city);
    auto staff = city.staff("users", {"drivers:write"});
    auto& at_the_edge = city.new_phone().api();
    at_the_edge.use_token(staff.token());
    co_await expect_of_all(at_the_edge, "staff at the edge", things, &for_staff, with(404));
    co_await expect_of_all(at_the_edge, "a key at the edge", things, &for_phones, with(401));
    co_await expect_of_all(staff, "phones at the admin port", things, &for_phones, with(404));
  });
}

}  // namespace
}  // namespace tests::system
