// Which values each payload refuses, and under which name: a document that is all right, one member
// of it replaced, and the field that is then named.

#include <functional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "contracts/frames.hpp"
#include "contracts/location.hpp"
#include "contracts/match.hpp"
#include "contracts/operators.hpp"
#include "contracts/rides.hpp"
#include "contracts/tariffs.hpp"
#include "contracts/users.hpp"

namespace contracts {
namespace {

using boost::json::value;

/// The fields that are refused, separated by spaces; empty when all is well.
using Refused = std::string (*)(const value&);

template <class Payload>
std::string refused(const value& document) {
  std::string fields;
  const auto decoded = base::json::decode<Payload>(document);
  if (decoded) return fields;
  for (const auto& problem : decoded.error()) fields += (fields.empty() ? "" : " ") + problem.path;
  return fields;
}

/// A payload, and an instance of it that nothing is wrong with.
struct Sample {
  std::string_view name;
  Refused refused;
  std::string_view json;
};

// clang-format off
constexpr Sample samples[] = {
    {"otp",      &refused<RequestOtp>,      R"({"msisdn": "+6281234567890"})"},
    {"verify",   &refused<VerifyOtp>,       R"({"challenge_id": "0190a1b2-c3d4-7000-8000-000000000001", "code": "123456"})"},
    {"refresh",  &refused<RefreshTokens>,   R"({"refresh_token": "x"})"},
    {"profile",  &refused<UpdateProfile>,   R"({"name": "Siti"})"},
    {"driver",   &refused<RegisterDriver>,  R"({"vehicle_type": "car", "vehicle": "Avanza", "plate": "B 1",
                                               "payout_account": {"bank": "BCA", "number": "1234", "holder": "Siti"}})"},
    {"place",    &refused<Place>,           R"({"latitude": -6.2, "longitude": 106.8, "label": "Monas"})"},
    {"request",  &refused<CreateRequest>,   R"({"vehicle_type": "motorcycle", "pickup": {"latitude": -6.2, "longitude": 106.8},
                                               "destination": {"latitude": -6.3, "longitude": 106.8}})"},
    {"nearby",   &refused<FindNearbyDrivers>, R"({"vehicle_type": "car_xl", "latitude": -6.2, "longitude": 106.8})"},
    {"fix",      &refused<Fix>,             R"({"latitude": -6.2, "longitude": 106.8, "sequence": 1, "at": "2026-03-01T08:30:00Z"})"},
    {"find",     &refused<FindDrivers>,     R"({"vehicle_type": "car", "latitude": -6.2, "longitude": 106.8, "radius_m": 1000, "limit": 1})"},
    {"start",    &refused<StartRide>,       R"({"ride_id": "0190a1b2-c3d4-7000-8000-000000000001", "pin": "0042", "sequence": 0})"},
    {"complete", &refused<CompleteRide>,    R"({"ride_id": "0190a1b2-c3d4-7000-8000-000000000001", "sequence": 9, "adjustment": 0.9})"},
    {"cancel",   &refused<CancelRide>,      R"({"ride_id": "0190a1b2-c3d4-7000-8000-000000000001", "reason": "late"})"},
    {"rides",    &refused<ListRides>,       R"({"side": "driver", "state": "paid", "limit": 1})"},
    {"requests", &refused<SearchRequests>,  R"({"from": "2026-03-01T08:30:00Z", "limit": 100})"},
    {"rate",     &refused<RateRide>,        R"({"ride_id": "0190a1b2-c3d4-7000-8000-000000000001", "stars": 5, "comment": "calm"})"},
    {"metres",   &refused<SetRideMetres>,   R"({"ride_id": "0190a1b2-c3d4-7000-8000-000000000001", "metres": 4000, "reason": "asked both"})"},
    {"area",     &refused<CreateTariffArea>, R"({"name": "Old town", "priority": 1, "points": [
                                               {"latitude": -6.1, "longitude": 106.8}, {"latitude": -6.1, "longitude": 106.9},
                                               {"latitude": -6.2, "longitude": 106.9}, {"latitude": -6.2, "longitude": 106.8}]})"},
    {"tariff",   &refused<CreateTariff>,    R"({"area_id": "0190a1b2-c3d4-7000-8000-000000000001", "vehicle_type": "car",
                                               "base": {"amount": 0, "currency": "IDR"}, "per_km": {"amount": 1, "currency": "IDR"},
                                               "per_minute": {"amount": 0, "currency": "IDR"},
                                               "minimum": {"amount": 1, "currency": "IDR"}})"},
    {"frame",    &refused<FrameIn>,         R"({"type": "beacon.set", "id": "1", "data": {"on": true}})"},
};

/// `field` of the sample, a path of one or two names, becomes `json`; `expected` is then refused.
struct Case {
  std::string_view sample;
  std::string_view field;
  std::string_view json;
  std::string_view expected;
};

constexpr Case cases[] = {
    {"otp",      "msisdn",                R"("+62")",      "msisdn"},
    {"otp",      "msisdn",                R"("+62\n812")", "msisdn"},
    {"otp",      "number",                "1",             "number"},
    {"verify",   "code",                  R"("12345")",    "code"},
    {"verify",   "code",                  R"("12345a")",   "code"},
    {"verify",   "code",                  "123456",        "code"},
    {"verify",   "challenge_id",          R"("1")",        "challenge_id"},
    {"verify",   "device",                R"("")",         "device"},
    {"refresh",  "refresh_token",         R"("")",         "refresh_token"},
    {"profile",  "name",                  R"("")",         "name"},
    {"profile",  "name",                  R"("\u0007")",   "name"},
    {"profile",  "name",                  R"("Sitī")",     ""},
    {"driver",   "vehicle_type",          R"("rickshaw")", "vehicle_type"},
    {"driver",   "vehicle",               R"("")",         "vehicle"},
    {"driver",   "plate",                 R"("B")",        "plate"},
    {"driver",   "payout_account.number", R"("12 34")",    "payout_account.number"},
    {"driver",   "payout_account.number", R"("123")",      "payout_account.number"},
    {"driver",   "payout_account.bank",   R"("B")",        "payout_account.bank"},
    {"place",    "latitude",              "90",            ""},
    {"place",    "latitude",              "90.1",          "latitude"},
    {"place",    "longitude",             "-180.1",        "longitude"},
    {"place",    "longitude",             R"("106.8")",    "longitude"},
    {"place",    "label",                 R"("")",         "label"},
    {"request",  "pickup.latitude",       "-91",           "pickup.latitude"},
    {"request",  "destination.longitude", "181",           "destination.longitude"},
    {"request",  "destination.height",    "3",             "destination.height"},
    {"nearby",   "latitude",              "91",            "latitude"},
    {"fix",      "sequence",              "0",             "sequence"},
    {"fix",      "sequence",              "1000000000001", "sequence"},
    {"fix",      "sequence",              "1.5",           "sequence"},
    {"fix",      "at",                    R"("now")",      "at"},
    {"fix",      "at",                    R"("2026-02-30T08:30:00Z")", "at"},
    {"fix",      "accuracy_m",            "-1",            "accuracy_m"},
    {"fix",      "speed_mps",             "1001",          "speed_mps"},
    {"fix",      "heading",               "359.9",         ""},
    {"fix",      "heading",               "360",           "heading"},
    {"find",     "radius_m",              "50001",         "radius_m"},
    {"find",     "limit",                 "0",             "limit"},
    {"start",    "pin",                   R"("42")",       "pin"},
    {"start",    "pin",                   R"("004x")",     "pin"},
    {"start",    "sequence",              "-1",            "sequence"},
    {"complete", "sequence",              "-1",            "sequence"},
    {"complete", "adjustment",            R"("0.9")",      "adjustment"},
    {"cancel",   "reason",                R"("")",         "reason"},
    {"rides",    "limit",                 "0",             "limit"},
    {"rides",    "limit",                 "101",           "limit"},
    {"rides",    "side",                  R"("both")",     "side"},
    {"rides",    "cursor",                R"("page 2")",   "cursor"},
    {"requests", "limit",                 "101",           "limit"},
    {"rate",     "stars",                 "0",             "stars"},
    {"rate",     "stars",                 "6",             "stars"},
    {"rate",     "stars",                 "4.5",           "stars"},
    {"rate",     "comment",               R"("")",         "comment"},
    {"rate",     "comment",               R"("a\u0007b")", "comment"},
    {"metres",   "metres",                "-1",            "metres"},
    {"metres",   "reason",                R"("")",         "reason"},
    {"area",     "name",                  R"("")",         "name"},
    {"area",     "priority",              "1001",          "priority"},
    {"area",     "points",                R"([{"latitude": -6.1, "longitude": 106.8}, {"latitude": -6.2, "longitude": 106.9}])", "points points"},
    {"area",     "points",                R"([{"latitude": -6.1, "longitude": 106.8}, {"latitude": -6.2, "longitude": 106.9},
                                              {"latitude": -6.1, "longitude": 106.9}, {"latitude": -6.2, "longitude": 106.8}])", "points"},
    {"tariff",   "per_km.amount",         "-1",            "per_km"},
    {"tariff",   "minimum.amount",        "1000000000001", "minimum"},
    {"frame",    "type",                  R"("")",         "type"},
    {"frame",    "id",                    R"("")",         "id"},
};
// clang-format on

const Sample& sample_of(const Case& each) {
  for (const auto& sample : samples) {
    if (sample.name == each.sample) return sample;
  }
  throw std::invalid_argument{"no such sample: " + std::string{each.sample}};
}

/// The sample with one member replaced.
value document_of(const Case& each) {
  auto document = base::json::parse(sample_of(each).json).value();
  auto* object = &document.as_object();
  auto field = each.field;
  if (const auto dot = field.find('.'); dot != field.npos) {
    object = &object->at(field.substr(0, dot)).as_object();
    field.remove_prefix(dot + 1);
  }
  (*object)[field] = base::json::parse(each.json).value();
  return document;
}

TEST(Checks, RefuseNothingOfWhatIsWell) {
  for (const auto& sample : samples) {
    EXPECT_EQ(sample.refused(base::json::parse(sample.json).value()), "") << sample.name;
  }
}

TEST(Checks, NameTheFieldThatIsNotAcceptable) {
  for (const auto& each : cases) {
    EXPECT_EQ(sample_of(each).refused(document_of(each)), each.expected)
        << each.sample << ": " << each.field << " = " << each.json;
  }
}

TEST(Checks, AWholeListIsJudgedByItsLength) {
  ReportPositions report;
  const auto judged = [&] { return refused<ReportPositions>(base::json::encode(report)); };
  EXPECT_EQ(judged(), "fixes");
  report.fixes.assign(ReportPositions::fixes_max,
                      {.latitude = -6.2, .longitude = 106.8, .sequence = 1});
  EXPECT_EQ(judged(), "");
  report.fixes.push_back(report.fixes.front());
  EXPECT_EQ(judged(), "fixes");
}

TEST(Checks, AMaskedAccountNumberMayBeShown) {
  DriverProfile shown{.payout_account = {.bank = "BCA", .number = "******7890", .holder = "Siti"}};
  EXPECT_EQ(refused<DriverProfile>(base::json::encode(shown)), "");
}

TEST(Checks, AFixWithoutALockIsNoPlace) {
  EXPECT_EQ(refused<Place>({{"latitude", 0}, {"longitude", 0}}), "latitude");
}

}  // namespace
}  // namespace contracts
