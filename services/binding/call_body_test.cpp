#include "services/binding/call_body.hpp"

#include <gtest/gtest.h>

#include "contracts/location.hpp"
#include "contracts/match.hpp"
#include "contracts/rides.hpp"

namespace services::binding {
namespace {

using platform::http::Request;

/// What a call carries besides its path; `body` is JSON text.
struct Arguments {
  PathParameters path = {};
  std::vector<std::pair<std::string, std::string>> query = {};
  std::string body = {};
};

/// The one object, or the code of the refusal.
template <class Schema>
std::string body_of(const Arguments& arguments) {
  Request request;
  request.query = arguments.query;
  request.body = arguments.body;
  const auto body = call_body(request, arguments.path, base::json::schema_of<Schema>());
  return body ? *body : body.error().code;
}

constexpr auto ride = "0190a1b2-c3d4-7000-8000-000000000001";

TEST(CallBody, NothingIsAnEmptyObject) { EXPECT_EQ(body_of<contracts::NoArguments>({}), "{}"); }

TEST(CallBody, PathAndBodyBecomeOneObject) {
  EXPECT_EQ((body_of<contracts::StartRide>(
                {.path = {{"ride_id", ride}}, .body = R"({"pin":"0042","sequence":7})"})),
            R"({"pin":"0042","sequence":7,"ride_id":")" + std::string{ride} + R"("})");
}

TEST(CallBody, QueryValuesAreWhatTheSchemaSays) {
  EXPECT_EQ((body_of<contracts::FindNearbyDrivers>(
                {.query = {{"latitude", "-6.25"}, {"longitude", "106"}, {"vehicle_type", "car"}}})),
            R"({"latitude":-6.25,"longitude":106,"vehicle_type":"car"})");
}

struct QueryCase {
  std::string_view value;
  std::string_view json;
};

// clang-format off
constexpr QueryCase numbers[] = {
    {"1",     "1"},
    {"-1.5",  "-1.5"},
    {"1e3",   "1000"},
    {"",      R"("")"},
    {"one",   R"("one")"},
    {"1x",    R"("1x")"},
    {" 1",    R"(" 1")"},
    {"nan",   R"("nan")"},
    {"inf",   R"("inf")"},
    {"1e999", R"("1e999")"},
};
constexpr QueryCase integers[] = {
    {"1",                   "1"},
    {"-1",                  "-1"},
    {"1.0",                 R"("1.0")"},
    {"1e3",                 R"("1e3")"},
    {"one",                 R"("one")"},
    {"9007199254740993",    "9007199254740993"},
    {"9223372036854775807", "9223372036854775807"},
    {"9223372036854775808", R"("9223372036854775808")"},
};
// clang-format on

TEST(CallBody, ANumberIsReadOrLeftForDecodingToName) {
  for (const auto& [text, json] : numbers) {
    EXPECT_EQ((body_of<contracts::FindNearbyDrivers>({.query = {{"latitude", std::string{text}}}})),
              R"({"latitude":)" + std::string{json} + '}')
        << text;
  }
}

TEST(CallBody, AnIntegerStaysExact) {
  for (const auto& [text, json] : integers) {
    EXPECT_EQ((body_of<contracts::FindDrivers>({.query = {{"limit", std::string{text}}}})),
              R"({"limit":)" + std::string{json} + '}')
        << text;
  }
}

TEST(CallBody, WhatTheSchemaDoesNotKnowStaysText) {
  EXPECT_EQ((body_of<contracts::NoArguments>({.query = {{"limit", "1"}}})), R"({"limit":"1"})");
}

// clang-format off
struct Refused {
  std::string_view why;
  Arguments arguments;
  std::string_view code;
};
const Refused refused[] = {
    {"not JSON",                 {.body = "{"},                                          "malformed"},
    {"not an object",            {.body = "[]"},                                         "malformed"},
    {"a text",                   {.body = R"("x")"},                                     "malformed"},
    {"more after the object",    {.body = "{} {}"},                                      "malformed"},
    {"the same key twice",       {.body = R"({"a":1,"a":2})"},                           "malformed"},
    {"a path parameter in both", {.path = {{"ride_id", ride}}, .body = R"({"ride_id":"x"})"}, "unknown_field"},
    {"a path parameter in the query", {.path = {{"ride_id", ride}}, .query = {{"ride_id", "x"}}}, "unknown_field"},
    {"a query value twice",      {.query = {{"limit", "1"}, {"limit", "2"}}},            "unknown_field"},
    {"a query value in the body", {.query = {{"limit", "1"}}, .body = R"({"limit":1})"}, "unknown_field"},
};
// clang-format on

TEST(CallBody, NothingCanBeSaidTwice) {
  for (const auto& each : refused) {
    EXPECT_EQ(body_of<contracts::RideRef>(each.arguments), each.code) << each.why;
  }
}

}  // namespace
}  // namespace services::binding
