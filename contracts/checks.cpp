// What values a payload may hold. Each check names the field it is about; what a business rule
// decides from state is domain's.

#include <algorithm>

#include "contracts/dead_letters.hpp"
#include "contracts/events.hpp"
#include "contracts/frames.hpp"
#include "contracts/location.hpp"
#include "contracts/match.hpp"
#include "contracts/operators.hpp"
#include "contracts/payments.hpp"
#include "contracts/rides.hpp"
#include "contracts/staff.hpp"
#include "contracts/tariffs.hpp"
#include "contracts/users.hpp"
#include "domain/fare/fare.hpp"
#include "domain/geo/polygon.hpp"

namespace contracts {
namespace {

constexpr double sequence_max = 1e12;
constexpr int page_size_max = 100;

bool all_letters_and_digits(const std::string& text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

void check_point(double latitude, double longitude, base::json::Check& check) {
  check.field("latitude").between(latitude, -90, 90);
  check.field("longitude").between(longitude, -180, 180);
  check.field("latitude")
      .that(latitude != 0 || longitude != 0,
            "must not be (0, 0), which is what a phone without a fix reports");
}

void check_sequence(std::int64_t sequence, double low, base::json::Check& check) {
  check.field("sequence").between(static_cast<double>(sequence), low, sequence_max);
}

void check_limit(const std::optional<int>& limit, base::json::Check& check) {
  if (limit) check.field("limit").between(*limit, 1, page_size_max);
}

void check_reason(const std::string& reason, base::json::Check& check) {
  check.field("reason").text(reason, 1, 200);
}

void check_metres(double metres, base::json::Check& check) {
  check.field("metres").between(metres, 0, domain::fare::metres_max.value);
}

void check_price(std::string_view name, base::Money price, base::json::Check& check) {
  check.field(name).between(static_cast<double>(price.amount), 0,
                            static_cast<double>(domain::fare::price_max));
}

std::vector<domain::geo::Point> corners_of(const std::vector<AreaPoint>& points) {
  std::vector<domain::geo::Point> corners;
  for (const auto& point : points) corners.push_back({point.latitude, point.longitude});
  return corners;
}

}  // namespace

Place place_at(domain::geo::Point point, std::optional<std::string> label) {
  return {.latitude = point.latitude, .longitude = point.longitude, .label = std::move(label)};
}

void check(const Place& place, base::json::Check& check) {
  check_point(place.latitude, place.longitude, check);
  if (place.label) check.field("label").text(*place.label, 1, 120);
}

void check(const RequestOtp& request, base::json::Check& check) {
  check.field("msisdn").text(request.msisdn, 4, 32);
}

void check(const VerifyOtp& request, base::json::Check& check) {
  check.field("code").digits(request.code, 6);
  if (request.device) check.field("device").text(*request.device, 1, 80);
}

void check(const RefreshTokens& request, base::json::Check& check) {
  check.field("refresh_token").text(request.refresh_token, 1, 200);
}

void check(const RegisterDriver& request, base::json::Check& check) {
  check.field("vehicle").text(request.vehicle, 1, 80);
  check.field("plate").text(request.plate, 2, 16);
  const auto& account = request.payout_account;
  check.field("payout_account.bank").text(account.bank, 2, 40);
  check.field("payout_account.number").text(account.number, 4, 34);
  check.field("payout_account.number")
      .that(all_letters_and_digits(account.number), "must be letters and digits only");
  check.field("payout_account.holder").text(account.holder, 1, 80);
}

void check(const UpdateProfile& request, base::json::Check& check) {
  if (request.name) check.field("name").text(*request.name, 1, 80);
}

void check(const DriverDecision& request, base::json::Check& check) {
  check.field("reason").text(request.reason, 1, 200);
}

void check(const UserDecision& request, base::json::Check& check) {
  check_reason(request.reason, check);
}

void check(const ListDrivers& request, base::json::Check& check) {
  if (request.limit) check.field("limit").between(*request.limit, 1, page_size_max);
}

void check(const FindUsers& request, base::json::Check& check) {
  check.field("msisdn").that(request.msisdn.has_value() != request.user_id.has_value(),
                             "must be given, or user_id, and not both");
}

void check(const ListDeadLetters& request, base::json::Check& check) {
  if (request.reason) check.field("reason").text(*request.reason, 1, 200);
  if (request.limit) check.field("limit").between(*request.limit, 1, page_size_max);
}

void check(const SelectDeadLetters& request, base::json::Check& check) {
  check.field("id").that(
      request.id || request.type || request.key || request.reason || request.since,
      "must be given, or type, key, reason or since");
  if (request.reason) check.field("reason").text(*request.reason, 1, 200);
}

void check(const FindNearbyDrivers& request, base::json::Check& check) {
  check_point(request.latitude, request.longitude, check);
}

void check(const Fix& fix, base::json::Check& check) {
  check_point(fix.latitude, fix.longitude, check);
  check_sequence(fix.sequence, 1, check);
  if (fix.accuracy_m) check.field("accuracy_m").between(*fix.accuracy_m, 0, 100'000);
  if (fix.speed_mps) check.field("speed_mps").between(*fix.speed_mps, 0, 1'000);
  if (fix.heading) {
    check.field("heading").that(*fix.heading >= 0 && *fix.heading < 360, "must be in [0, 360)");
  }
}

void check(const ReportPositions& report, base::json::Check& check) {
  check.field("fixes").size(report.fixes.size(), 1, ReportPositions::fixes_max);
}

void check(const FindDrivers& request, base::json::Check& check) {
  check_point(request.latitude, request.longitude, check);
  check.field("radius_m").between(request.radius_m, 0, 50'000);
  check.field("limit").between(request.limit, 1, 500);
}

void check(const MeterReading& reading, base::json::Check& check) {
  check_metres(reading.metres, check);
}

void check(const TripMetered& trip, base::json::Check& check) { check_metres(trip.metres, check); }

void check(const StartRide& request, base::json::Check& check) {
  check.field("pin").digits(request.pin, 4);
  check_sequence(request.sequence, 0, check);
}

void check(const CompleteRide& request, base::json::Check& check) {
  check_sequence(request.sequence, 0, check);
}

void check(const CancelRide& request, base::json::Check& check) {
  if (request.reason) check.field("reason").text(*request.reason, 1, 200);
}

void check(const FindLedgerEntries& request, base::json::Check& check) {
  check.field("account").that(request.account || request.ride_id,
                              "must be given unless ride_id is");
  if (request.account) {
    check.field("account").that(domain::ledger::Account::parse(*request.account).has_value(),
                                "must be an account, such as driver:<id> or platform:fees");
  }
  if (request.limit) check.field("limit").between(*request.limit, 1, 200);
}

void check(const ListPayouts& request, base::json::Check& check) {
  if (request.limit) check.field("limit").between(*request.limit, 1, 100);
}

void check(const SettleDriverDebt& request, base::json::Check& check) {
  check.field("amount").that(request.amount.amount > 0, "must be above zero");
}

void check(const RefundPayment& request, base::json::Check& check) {
  check.field("reason").text(request.reason, 1, 200);
}

void check(const ListRides& question, base::json::Check& check) {
  check_limit(question.limit, check);
}

void check(const ListRequests& question, base::json::Check& check) {
  check_limit(question.limit, check);
}

void check(const SearchRides& question, base::json::Check& check) {
  check_limit(question.limit, check);
}

void check(const SearchRequests& question, base::json::Check& check) {
  check_limit(question.limit, check);
}

void check(const ListTariffAreas& question, base::json::Check& check) {
  check_limit(question.limit, check);
}

void check(const ListTariffs& question, base::json::Check& check) {
  check_limit(question.limit, check);
}

void check(const RateRide& request, base::json::Check& check) {
  check.field("stars").between(request.stars, domain::ride::stars_min, domain::ride::stars_max);
  if (request.comment) check.field("comment").text(*request.comment, 1, 500);
}

void check(const CancelRideFor& request, base::json::Check& check) {
  check_reason(request.reason, check);
}

void check(const CompleteRideFor& request, base::json::Check& check) {
  check_reason(request.reason, check);
}

void check(const SetRideMetres& request, base::json::Check& check) {
  check_metres(request.metres, check);
  check_reason(request.reason, check);
}

void check(const CancelRequestFor& request, base::json::Check& check) {
  check_reason(request.reason, check);
}

void check(const ReassignRide& request, base::json::Check& check) {
  check_reason(request.reason, check);
}

void check(const CreateTariffArea& request, base::json::Check& check) {
  check.field("name").text(request.name, 1, 80);
  check.field("priority").between(request.priority, -1'000, 1'000);
  check.field("points").size(request.points.size(), 3, CreateTariffArea::points_max);
  if (request.points.size() > CreateTariffArea::points_max) return;
  if (const auto fault = domain::geo::fault_of(corners_of(request.points))) {
    check.field("points").that(false, domain::geo::sentence(*fault));
  }
}

void check(const CreateTariff& request, base::json::Check& check) {
  check_price("base", request.base, check);
  check_price("per_km", request.per_km, check);
  check_price("per_minute", request.per_minute, check);
  check_price("minimum", request.minimum, check);
}

void check(const FrameIn& frame, base::json::Check& check) {
  check.field("type").text(frame.type, 1, 64);
  if (frame.id) check.field("id").text(*frame.id, 1, 64);
}

}  // namespace contracts
