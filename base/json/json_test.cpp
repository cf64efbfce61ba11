#include "base/json/json.hpp"

#include <limits>
#include <map>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace base::json {

// In the namespace of their checks, as payloads are.
namespace payload {

enum class Vehicle : std::uint8_t { motorcycle, car };
BOOST_DESCRIBE_ENUM(Vehicle, motorcycle, car)

struct Place {
  double latitude = 0;
  double longitude = 0;
  std::optional<std::string> label;

  friend bool operator==(const Place&, const Place&) = default;
};
BOOST_DESCRIBE_STRUCT(Place, (), (latitude, longitude, label))

void check(const Place& place, Check& check) {
  check.field("latitude").between(place.latitude, -90, 90);
  check.field("longitude").between(place.longitude, -180, 180);
  if (place.label) check.field("label").text(*place.label, 1, 5);
}

struct Trip {
  Id<struct TripTag> id;
  Vehicle vehicle = Vehicle::car;
  Place pickup;
  std::vector<Place> stops;
  Money fare;
  Instant at;
  std::int32_t passengers = 1;
  std::optional<Metres> length;
  std::optional<std::map<std::string, bool>> wishes;
  std::optional<boost::json::value> note;
};
BOOST_DESCRIBE_STRUCT(Trip, (),
                      (id, vehicle, pickup, stops, fare, at, passengers, length, wishes, note))

struct Empty {};
BOOST_DESCRIBE_STRUCT(Empty, (), ())

}  // namespace payload

namespace {

using payload::Empty;
using payload::Place;
using payload::Trip;
using payload::Vehicle;
using testing::ElementsAre;
using enum ProblemKind;

constexpr std::string_view trip_text =
    R"({"id":"01890a5d-ac96-774b-bcce-b302099a8057","vehicle":"motorcycle",)"
    R"("pickup":{"latitude":-6.2,"longitude":106.816,"label":"Monas"},)"
    R"("stops":[{"latitude":-6,"longitude":106}],"fare":{"amount":12000,"currency":"IDR"},)"
    R"("at":"2026-03-01T08:30:00.250Z","passengers":2,"length":1200.5,"wishes":{"quiet":true},)"
    R"("note":{"any":[1,null]}})";

template <class T>
Problems problems_of(std::string_view text, Unknown unknown = Unknown::refuse) {
  auto decoded = decode<T>(parse(text).value(), unknown);
  return decoded ? Problems{} : decoded.error();
}

/// What is said of a value of a type, or "" when it is accepted.
template <class T>
std::string said_of(std::string_view text) {
  return to_string(problems_of<T>(text));
}

TEST(Json, ReadsAndWritesEveryKindOfMember) {
  const auto trip = decode<Trip>(parse(trip_text).value());
  ASSERT_TRUE(trip) << to_string(trip.error());
  EXPECT_EQ(trip->id.text(), "01890a5d-ac96-774b-bcce-b302099a8057");
  EXPECT_EQ(trip->vehicle, Vehicle::motorcycle);
  EXPECT_EQ(trip->pickup.label, "Monas");
  EXPECT_EQ(trip->stops.front().latitude, -6);
  EXPECT_EQ(trip->fare, (Money{12'000, Currency::idr}));
  EXPECT_EQ(to_rfc3339(trip->at), "2026-03-01T08:30:00.250Z");
  EXPECT_EQ(trip->length->value, 1200.5);
  EXPECT_EQ(to_text(*trip), trip_text);
}

TEST(Json, LeavesAbsentOptionalsOut) {
  EXPECT_EQ(to_text(Place{.latitude = 1.5, .longitude = 2}), R"({"latitude":1.5,"longitude":2})");
  EXPECT_EQ(to_text(Empty{}), "{}");
}

TEST(Json, TakesNullForAnAbsentOptionalAndForNothingElse) {
  EXPECT_EQ(decode<Place>(parse(R"({"latitude":1,"longitude":2,"label":null})").value()),
            (Place{.latitude = 1, .longitude = 2}));
  EXPECT_EQ(said_of<Place>(R"({"latitude":null,"longitude":2})"), "latitude must be a number");
}

TEST(Json, NamesAllProblemsWithTheirPaths) {
  constexpr std::string_view text =
      R"({"id":"01890","vehicle":"bus","pickup":{"latitude":-6.2},"stops":[{"latitude":1,)"
      R"("longitude":2},{"latitude":"x","longitude":2,"extra":0}],"fare":{"amount":1.5,)"
      R"("currency":"XYZ"},"at":"yesterday","passengers":3000000000,"wishes":{"quiet":1},"":0})";
  EXPECT_THAT(
      problems_of<Trip>(text),
      ElementsAre(
          Problem{"", "is not known", unknown_field}, Problem{"id", "must be a UUID", out_of_range},
          Problem{"vehicle", "must be motorcycle or car", out_of_range},
          Problem{"pickup.longitude", "is missing", missing},
          Problem{"stops[1].extra", "is not known", unknown_field},
          Problem{"stops[1].latitude", "must be a number", wrong_type},
          Problem{"fare.amount", "must be a whole number", wrong_type},
          Problem{"fare.currency", "must be IDR or USD", out_of_range},
          Problem{"at", "must be a time as in 2026-03-01T08:30:00Z (RFC 3339)", out_of_range},
          Problem{"passengers", "must be between -2147483648 and 2147483647", out_of_range},
          Problem{"wishes.quiet", "must be true or false", wrong_type}));
}

TEST(Json, CallsTheDocumentByThatName) {
  EXPECT_EQ(said_of<Place>("[]"), "the document must be an object");
}

TEST(Json, IgnoresUnknownMembersOfNewerReleases) {
  constexpr std::string_view text = R"({"latitude":1,"longitude":2,"altitude":3})";
  EXPECT_EQ(said_of<Place>(text), "altitude is not known");
  EXPECT_EQ(problems_of<Place>(text, Unknown::ignore), Problems{});
  EXPECT_EQ(from_text<Place>(text)->latitude, 1);
}

TEST(Json, FromTextSaysWhatIsWrongInASentence) {
  EXPECT_EQ(from_text<Place>("{").error(), "this is not JSON in UTF-8, at byte 1");
  EXPECT_EQ(from_text<Place>(R"({"latitude":91})").error(), "longitude is missing");
}

TEST(Json, ChecksAStructOnceItsMembersAreRead) {
  EXPECT_EQ(said_of<Place>(R"({"latitude":91,"longitude":-181})"),
            "latitude must be between -90 and 90; longitude must be between -180 and 180");
  EXPECT_EQ(said_of<Place>(R"({"latitude":91,"longitude":"x"})"), "longitude must be a number");
  EXPECT_EQ(said_of<std::vector<Place>>(R"([{"latitude":0,"longitude":999}])"),
            "[0].longitude must be between -180 and 180");
}

TEST(Json, CollectsABoundedNumberOfProblems) {
  std::string text = "[0";
  for (int i = 0; i < 1000; ++i) text += ",0";
  EXPECT_EQ(problems_of<std::vector<std::string>>(text + "]").size(), problems_max);
}

TEST(Json, IntegersAreExact) {
  EXPECT_EQ(decode<std::int64_t>(parse("9007199254740993").value()), 9'007'199'254'740'993);
  EXPECT_EQ(said_of<std::int64_t>("9223372036854775808"),
            "the document must be between -9223372036854775808 and 9223372036854775807");
  EXPECT_EQ(said_of<std::uint8_t>("255"), "");
  EXPECT_EQ(said_of<std::uint8_t>("256"), "the document must be between 0 and 255");
  EXPECT_EQ(said_of<std::uint8_t>("-1"), "the document must be between 0 and 255");
  EXPECT_EQ(said_of<int>("1.0"), "the document must be a whole number");
  EXPECT_EQ(said_of<int>("1e2"), "the document must be a whole number");
  EXPECT_EQ(said_of<int>("\"1\""), "the document must be a whole number");
  EXPECT_EQ(said_of<double>("7"), "");
}

TEST(Json, TextsThatAreEmptyAreTexts) {
  EXPECT_EQ(decode<std::string>(parse(R"("")").value()), "");
  EXPECT_EQ(said_of<std::string>("7"), "the document must be a string");
  EXPECT_EQ(said_of<Vehicle>(R"("")"), "the document must be motorcycle or car");
  EXPECT_EQ(said_of<Vehicle>("0"), "the document must be motorcycle or car");
}

TEST(Json, DescribesAType) {
  EXPECT_EQ(
      serialized(schema_of<Trip>()),
      R"({"title":"Trip","type":"object","properties":{"id":{"type":"string","format":"uuid"},)"
      R"("vehicle":{"title":"Vehicle","type":"string","enum":["motorcycle","car"]},)"
      R"("pickup":{"title":"Place","type":"object","properties":{)"
      R"("latitude":{"type":"number","minimum":-90,"maximum":90},)"
      R"("longitude":{"type":"number","minimum":-180,"maximum":180},)"
      R"("label":{"type":"string","minLength":1,"maxLength":5}},)"
      R"("required":["latitude","longitude"]},)"
      R"("stops":{"type":"array","items":{"title":"Place","type":"object","properties":)"
      R"({"latitude":{"type":"number","minimum":-90,"maximum":90},"longitude":{"type":"number","minimum":-180,"maximum":180},)"
      R"("label":{"type":"string","minLength":1,"maxLength":5}},)"
      R"("required":["latitude","longitude"]}},)"
      R"("fare":{"title":"Money","type":"object","properties":)"
      R"({"amount":{"type":"integer","format":"int64"},)"
      R"("currency":{"type":"string","enum":["IDR","USD"]}},)"
      R"("required":["amount","currency"]},"at":{"type":"string","format":"date-time"},)"
      R"("passengers":{"type":"integer","format":"int32"},"length":{"type":"number"},)"
      R"("wishes":{"type":"object","additionalProperties":{"type":"boolean"}},"note":{}},)"
      R"("required":["id","vehicle","pickup","stops","fare","at","passengers"]})");
  EXPECT_EQ(serialized(schema_of<Empty>()), R"({"title":"Empty","type":"object","properties":{}})");
}

TEST(Json, EveryDoubleReadsBackAsItself) {
  for (const double number : {0.0, -0.0, 0.1, 1e300, -5e-324, 106.816, 123456789012345678.0}) {
    EXPECT_EQ(parse(to_text(number))->to_number<double>(), number);
  }
}

TEST(Json, WrittenTextReadsBack) {
  const std::string text = "\x01\b\t\n\f\r\x1f \"\\/\x7f\xc3\xa9\xf0\x9f\x9a\x80";
  EXPECT_EQ(to_text(text),
            "\"\\u0001\\u0008\\t\\n\\u000c\\r\\u001f \\\"\\\\/\x7f\xc3\xa9\xf0\x9f\x9a\x80\"");
  EXPECT_EQ(parse(to_text(text))->as_string(), text);
}

}  // namespace
}  // namespace base::json
