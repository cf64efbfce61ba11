// What the validator finds, so that a test which finds nothing means something.

#include "tests/published/schema_check.hpp"

#include <gmock/gmock.h>

#include "base/json/parse.hpp"
#include "tests/published/contract.hpp"

namespace tests::published {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

boost::json::value json(std::string_view text) { return base::json::parse(text).value(); }

std::string said(std::string_view schema, std::string_view instance,
                 Unknown unknown = Unknown::refused) {
  const auto document =
      json(R"({"Place": {"type": "object", "properties": {"x": {"type": "number"}},
                                           "required": ["x"]}})");
  const auto found = breaches(document, json(schema).as_object(), json(instance), unknown);
  return found.empty() ? "" : found.front();
}

// clang-format off
struct Case {
  std::string_view schema;
  std::string_view good;
  std::string_view bad;
};
constexpr Case cases[] = {
    {R"({"type": "integer"})",                        "3",         "3.5"},
    {R"({"type": "string"})",                         R"("")",     "3"},
    {R"({"type": "number", "minimum": 1})",           "1",         "0.9"},
    {R"({"type": "number", "maximum": 1})",           "1",         "1.1"},
    {R"({"type": "integer", "format": "int32"})",     "7",         "3000000000"},
    {R"({"type": "string", "minLength": 2})",         R"("ab")",   R"("a")"},
    {R"({"type": "string", "maxLength": 1})",         R"("é")",    R"("ab")"},
    {R"({"type": "string", "pattern": "^[0-9]{2}$"})", R"("07")",  R"("7")"},
    {R"({"type": "string", "format": "uuid"})",       R"("0190a1b2-c3d4-7000-8000-000000000001")", R"("1")"},
    {R"({"type": "string", "format": "date-time"})",  R"("2026-03-01T08:30:00Z")", R"("today")"},
    {R"({"enum": ["a", "b"]})",                       R"("b")",    R"("c")"},
    {R"({"const": "a"})",                             R"("a")",    R"("b")"},
    {R"({"type": "array", "minItems": 1})",           "[1]",       "[]"},
    {R"({"type": "array", "maxItems": 1})",           "[1]",       "[1, 2]"},
    {R"({"type": "array", "items": {"type": "string"}})", R"(["a"])", R"(["a", 1])"},
    {R"({"type": "object", "additionalProperties": {"type": "string"}})", R"({"a": "b"})", R"({"a": 1})"},
    {R"({"$ref": "#/Place"})",                        R"({"x": 1})", R"({"x": "1"})"},
    {R"({"$ref": "#/Place"})",                        R"({"x": 1})", R"({})"},
    {R"({"$ref": "#/Place"})",                        R"({"x": 1})", R"({"x": 1, "y": 2})"},
    {R"({"allOf": [{"$ref": "#/Place"}, {"properties": {"x": {"enum": [1]}}}]})", R"({"x": 1})", R"({"x": 2})"},
};
// clang-format on

TEST(SchemaCheck, TellsGoodFromBad) {
  for (const auto& each : cases) {
    EXPECT_EQ(said(each.schema, each.good), "") << each.schema;
    EXPECT_NE(said(each.schema, each.bad), "") << each.schema;
  }
}

TEST(SchemaCheck, NamesThePlace) {
  EXPECT_EQ(
      said(
          R"({"type": "object", "properties": {"at": {"type": "array", "items": {"$ref": "#/Place"}}}})",
          R"({"at": [{"x": 1}, {}]})"),
      "at[1].x is missing");
}

TEST(SchemaCheck, AClientMayPassOverWhatItDoesNotKnow) {
  EXPECT_EQ(said(R"({"$ref": "#/Place"})", R"({"x": 1, "y": 2})", Unknown::allowed), "");
}

TEST(SchemaCheck, PassesOverNoKeyword) {
  EXPECT_THROW(said(R"({"oneOf": []})", "1"), std::runtime_error);
}

constexpr std::string_view beacon = "/v1/me/driver/beacon";

Exchange answered(int status, std::string type, std::string body) {
  return {"PUT", std::string{beacon}, status, std::move(type), std::move(body)};
}

TEST(Contract, AnswersKeepItOrAreNamed) {
  const auto& contract = Contract::read();
  const auto of = [&](const Exchange& exchange) { return contract.breaches_of(exchange); };
  EXPECT_THAT(of(answered(200, "application/json", R"({"on": true})")), IsEmpty());
  EXPECT_THAT(of(answered(200, "application/json", R"({"off": true})")),
              ElementsAre("set_beacon 200: off is not in the published schema",
                          "set_beacon 200: on is missing"));
  EXPECT_THAT(of(answered(200, "text/plain", "yes")), ElementsAre(HasSubstr("text/plain")));
  EXPECT_THAT(of(answered(418, "application/json", "{}")),
              ElementsAre(HasSubstr("set_beacon 418: is not a documented status")));
  EXPECT_THAT(of({"GET", "/v1/teapots", 200, "application/json", "{}"}),
              ElementsAre("GET /v1/teapots 200: is not documented"));
}

TEST(Contract, ARefusalHasACodeThatItsOperationNames) {
  const auto refused = [](std::string_view code) {
    return answered(
        403, "application/problem+json",
        R"({"type": "t", "title": "t", "status": 403, "code": ")" + std::string{code} + "\"}");
  };
  const auto& contract = Contract::read();
  EXPECT_THAT(contract.breaches_of(refused("driver_suspended")), IsEmpty());
  EXPECT_THAT(contract.breaches_of(refused("wrong_pin")),
              ElementsAre(HasSubstr("set_beacon 403: code breaks enum")));
}

TEST(Contract, FramesKeepIt) {
  const auto& contract = Contract::read();
  EXPECT_THAT(contract.breaches_of_frame(R"({"type": "ack", "id": "1", "data": {"on": true}})",
                                         "beacon.set"),
              IsEmpty());
  EXPECT_THAT(contract.breaches_of_frame(R"({"type": "ack", "id": "1", "data": {"off": true}})",
                                         "beacon.set"),
              ElementsAre("frame ack of beacon.set: off is not in the published schema",
                          "frame ack of beacon.set: on is missing"));
  EXPECT_THAT(contract.breaches_of_frame(R"({"type": "ride.started", "data": {}})"),
              ElementsAre("frame ride.started: n is missing"));
  EXPECT_THAT(contract.breaches_of_frame(R"({"type": "ride.stolen", "n": 1, "data": {}})"),
              ElementsAre("frame ride.stolen: is not documented"));
}

}  // namespace
}  // namespace tests::published
