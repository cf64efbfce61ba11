#include "contracts/documents/examples.hpp"

#include <algorithm>
#include <string>

#include <boost/json/array.hpp>

namespace contracts::documents {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// What a member holds. `place` is its name, "Type.member" or "context:Type.member": the longest
/// that fits is taken. Null leaves an optional member out.
struct Row {
  std::string_view place;
  std::string_view json;
};

// clang-format off
constexpr Row rows[] = {
    // Who and which. A request, the ride that it becomes and its proposals belong together.
    {"user_id",      R"("0192f0c0-7a10-7c55-9d1e-5b8f0e6a2c11")"},
    {"passenger_id", R"("0192f0c0-7a10-7c55-9d1e-5b8f0e6a2c11")"},
    {"driver_id",    R"("0192f0c0-8b21-7d66-8e2f-6c901f7b3d22")"},
    {"session_id",   R"("0192f0c0-9c32-7e77-af30-7da2308c4e33")"},
    {"challenge_id", R"("0192f0c0-ad43-7f88-b041-8eb3419d5f44")"},
    {"request_id",   R"("0192f0c1-4f5a-7b3c-8d21-3a7e5c9f1b60")"},
    {"ride_id",      R"("0192f0c1-4f5a-7b3c-8d21-3a7e5c9f1b60")"},
    {"match_id",     R"("0192f0c1-6c1d-7e42-a1b3-90d4f2c87e15")"},
    {"payment_id",   R"("0192f0c9-1e77-7a90-9c44-d2b8a6f03e71")"},
    // Accounts.
    {"msisdn",             R"("+6281234567890")"},
    {"code",               R"("493027")"},
    {"device",             R"("Siti's phone")"},
    {"expires_in_s",       "600"},
    {"OtpChallenge.expires_in_s", "300"},
    {"resend_after_s",     "30"},
    {"access_token",       R"("eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTkyZjBjMCJ9.c2lnbmF0dXJl")"},
    {"refresh_token",      R"("q1Yx0Zk3R8b5Vn7Lw2Tj9Hc4Gd6Fs1Ae")"},
    {"token_type",         R"("Bearer")"},
    {"name",               R"("Siti")"},
    {"DriverCard.name",    R"("Budi")"},
    {"bank",               R"("BCA")"},
    {"number",             R"("1234567890")"},
    {"DriverProfile.payout_account", R"({"bank": "BCA", "number": "******7890", "holder": "Budi Santoso"})"},
    {"holder",             R"("Budi Santoso")"},
    {"vehicle",            R"("Honda Vario, black")"},
    {"plate",              R"("B 1234 XYZ")"},
    {"status",             R"("approved")"},
    {"n",                  "17"},
    // Where and when.
    {"latitude",           "-6.1751"},
    {"longitude",          "106.827"},
    {"destination",        R"({"latitude": -6.2297, "longitude": 106.8295, "label": "Semanggi"})"},
    {"label",              R"("Monas")"},
    {"ProposalView.pickup",      R"({"latitude": -6.175, "longitude": 106.827})"},
    {"ProposalView.destination", R"({"latitude": -6.23, "longitude": 106.829})"},
    {"accept_proposal:ProposalView.pickup",      R"({"latitude": -6.1751, "longitude": 106.827, "label": "Monas"})"},
    {"accept_proposal:ProposalView.destination", R"({"latitude": -6.2297, "longitude": 106.8295, "label": "Semanggi"})"},
    {"accept_proposal:ProposalView.state",       R"("accepted")"},
    {"decline_proposal:ProposalView.state",      R"("declined")"},
    {"proposal.closed:ProposalView.state",       R"("expired")"},
    {"heading",            "182.5"},
    {"accuracy_m",         "5"},
    {"speed_mps",          "8.3"},
    {"sequence",           "412"},
    {"CompleteRide.sequence", "1260"},
    {"start_sequence",     "412"},
    {"end_sequence",       "1260"},
    {"metered_through",    "1260"},
    {"radius_m",           "1000"},
    {"limit",              "20"},
    {"age_ms",             "850"},
    {"created_at",         R"("2026-03-01T08:29:40.000Z")"},
    {"registered_at",      R"("2026-02-11T03:05:09.000Z")"},
    {"Profile.created_at", R"("2026-02-11T03:02:41.000Z")"},
    {"expires_at",         R"("2026-03-01T08:31:40.000Z")"},
    {"ProposalView.expires_at", R"("2026-03-01T08:30:07.000Z")"},
    {"matched_at",         R"("2026-03-01T08:30:00.000Z")"},
    {"accepted_at",        R"("2026-03-01T08:30:00.000Z")"},
    {"arrived_at",         R"("2026-03-01T08:33:12.000Z")"},
    {"started_at",         R"("2026-03-01T08:34:30.000Z")"},
    {"completed_at",       R"("2026-03-01T08:52:05.000Z")"},
    {"ended_at",           R"("2026-03-01T08:52:40.000Z")"},
    {"settled_at",         R"("2026-03-01T08:52:40.000Z")"},
    {"PaymentView.created_at", R"("2026-03-01T08:52:11.000Z")"},
    {"issued_at",          R"("2026-03-01T08:52:11.000Z")"},
    {"at",                 R"("2026-03-01T08:34:31.000Z")"},
    // Requests and proposals.
    {"RequestView.driver",           "null"},
    {"get_request:RequestView.state", R"("matched")"},
    {"get_request:RequestView.driver", R"({"driver_id": "0192f0c0-8b21-7d66-8e2f-6c901f7b3d22", "name": "Budi",
                                           "vehicle_type": "motorcycle", "vehicle": "Honda Vario, black", "plate": "B 1234 XYZ"})"},
    {"cancel_request:RequestView.state",      R"("cancelled")"},
    {"request.cancelled:RequestView.state",   R"("cancelled")"},
    {"request.unfulfilled:RequestView.state", R"("unfulfilled")"},
    {"RequestView.reason", "null"},
    {"request.unfulfilled:RequestView.reason", R"("no_driver_found")"},
    {"pickup_metres",      "340"},
    {"on",                 "true"},
    {"beacon",             "true"},
    // Rides: one that was driven, paid in cash, and lowered by its driver by a tenth.
    {"pin",                R"("4071")"},
    {"adjustment",         "0.9"},
    {"metres",             "6082.4"},
    {"duration_s",         "1055"},
    {"amount",             "16420"},
    {"RunningFare.fare",   R"({"amount": 18247, "currency": "IDR"})"},
    {"DriverBalance.balance", R"({"amount": -821, "currency": "IDR"})"},
    {"Cancellation.fee",   R"({"amount": 5000, "currency": "IDR"})"},
    {"reason",             R"("The plans have changed")"},
    {"FareEstimate.metres",   "7909.6"},
    {"FareEstimate.options",  R"([{"vehicle_type": "motorcycle", "fare": {"amount": 23729, "currency": "IDR"}}])"},
    {"Receipt.lines",      R"([{"kind": "distance", "amount": {"amount": 18247, "currency": "IDR"}},
                               {"kind": "driver_adjustment", "amount": {"amount": -1827, "currency": "IDR"}}])"},
    {"RideView.cancellation", "null"},
    {"RideView.pin",       "null"},
    {"RideView.ended_at",  "null"},
    {"RideView.state",     R"("completed")"},
    {"RideView.payment",   "null"},
    {"flagged",            "0"},
    {"complete",           "true"},
    // Staff, the books, tariffs.
    {"FindUsers.user_id",     "null"},
    {"StaffUser.deleted_at",  "null"},
    {"StaffUser.blocked_at",  "null"},
    {"StaffUser.block_reason", "null"},
    {"block_user:StaffUser.blocked_at",   R"("2026-03-01T08:30:00.000Z")"},
    {"block_user:StaffUser.block_reason", R"("Fraud")"},
    {"UserDecision.reason",   R"("Fraud")"},
    {"ExportMe.cursor",       R"("rides:0192f0c1-4f5a-7b3c-8d21-3a7e5c9f1b60")"},
    {"AccountExport.next_cursor", R"("rides:0192f0c1-4f5a-7b3c-8d21-3a7e5c9f1b60")"},
    {"AccountRecordsPage.next",   R"("0192f0c1-4f5a-7b3c-8d21-3a7e5c9f1b60")"},
    {"OrderRecord.key",       R"("payment-0192f0c9-1e77-7a90-9c44-d2b8a6f03e71-1")"},
    {"OrderRecord.kind",      R"("charge")"},
    {"OrderRecord.reason",    "null"},
    {"AccountUse.refusal",    R"("wallet_not_empty")"},
    {"Document.refused",      "null"},
    {"FindLedgerEntries.account", R"("driver:0192f0c0-8b21-7d66-8e2f-6c901f7b3d22")"},
    {"LedgerEntry.debit_account",  R"("passenger:0192f0c0-7a10-7c55-9d1e-5b8f0e6a2c11")"},
    {"LedgerEntry.credit_account", R"("driver:0192f0c0-8b21-7d66-8e2f-6c901f7b3d22")"},
    {"cause",                 R"("ride:0192f0c1-4f5a-7b3c-8d21-3a7e5c9f1b60")"},
    {"points",                R"([{"latitude": -6.17, "longitude": 106.82}, {"latitude": -6.17, "longitude": 106.84},
                                  {"latitude": -6.19, "longitude": 106.84}])"},
    {"rating",                "4.9"},
    {"ratings",               "214"},
    {"stars",                 "5"},
    {"comment",               R"("Careful, and right on time")"},
    {"priority",              "10"},
    {"retired_by",            "null"},
    {"retired_at",            "null"},
    {"created_by",            R"("operations")"},
    {"started_by",            R"("schedule")"},
    {"by",                    R"("driver:0192f0c0-8b21-7d66-8e2f-6c901f7b3d22")"},
    {"MatchReassigned.by",    R"("operations")"},
    {"what",                  R"("ride.cancelled")"},
    {"note",                  R"("The passenger's phone is off")"},
    {"missing",               "[]"},
    {"cursor",                "null"},
    {"before",                "null"},
    {"after",                 "null"},
    {"LedgerLine.kind",       R"("fare")"},
    {"CreateTariffArea.name", R"("Central Jakarta")"},
    {"TariffAreaView.name",   R"("Central Jakarta")"},
    // Dead letters.
    {"producer",              R"("rides")"},
    {"consumer",              R"("edge")"},
    {"trace",                 R"("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")"},
    {"DeadLetterView.id",     "7"},
    {"DeadLetterRef.id",      "7"},
    {"SelectDeadLetters.id",  "7"},
    {"SelectDeadLetters.type",  "null"},
    {"SelectDeadLetters.since", "null"},
    {"SelectDeadLetters.key",   "null"},
    {"SelectDeadLetters.reason", "null"},
    {"ListDeadLetters.type",  R"("ride.started")"},
    {"ListDeadLetters.reason", R"("is missing")"},
    {"DeadLetterView.type",   R"("ride.started")"},
    {"DeadLetterView.reason", R"("ride.ride_id is missing")"},
    {"attempts",              "6"},
    {"position",              "48213"},
    {"ProviderNotice.key",    R"("0192f0c9-1e77-7a90-9c44-d2b8a6f03e71")"},
    // Frames and errors.
    {"FrameIn.type",       R"("request.cancel")"},
    {"FrameIn.id",         R"("42")"},
    {"Degraded.away",      R"(["rides"])"},
};

/// A ride as it is after a step: of these, a ride that has come less far has no such member yet.
constexpr std::string_view members_by_progress[] = {"arrived_at", "started_at", "completed_at"};

struct Progress {
  std::string_view context;
  std::string_view state;
  std::size_t members;
};
constexpr Progress progress[] = {
    {"ride.matched",        "matched",     0}, {"get_ride",       "matched",     0},
    {"arrive",              "arrived",     1}, {"ride.driver_arrived", "arrived", 1},
    {"start_ride",          "in_progress", 2}, {"ride.started",   "in_progress", 2},
    {"cancel_ride",         "cancelled",   1}, {"ride.cancelled", "cancelled",   1},
    {"report_no_show",      "cancelled",   1},
};
// clang-format on

const Row* row_of(std::string_view place) {
  const auto* found = std::ranges::find(rows, place, &Row::place);
  return found == std::end(rows) ? nullptr : found;
}

value parsed(std::string_view json) { return base::json::parse(json).value(); }

class Draft {
 public:
  explicit Draft(std::string_view context) : context_(context) {}

  value of(const object& schema, std::string_view name) const {
    if (schema.contains("enum")) return schema.at("enum").as_array().front();
    const auto* type = schema.if_contains("type");
    if (type == nullptr) return object{};
    if (*type == "object") return of_object(schema);
    if (*type == "array") return array{of(schema.at("items").as_object(), name)};
    if (*type == "string") return of_string(schema);
    if (*type == "boolean") return true;
    return schema.contains("minimum") ? schema.at("minimum") : value(1);
  }

 private:
  value of_object(const object& schema) const {
    object result;
    const auto* properties = schema.if_contains("properties");
    if (properties == nullptr) return result;
    const auto* title = schema.if_contains("title");
    const std::string owner = title ? std::string{title->as_string()} + '.' : "";
    for (const auto& [name, member] : properties->as_object()) {
      auto content = of_member(owner, std::string{name}, member.as_object());
      if (!content.is_null()) result.emplace(name, std::move(content));
    }
    if (owner == "RideView.") keep_what_has_happened(result);
    return result;
  }

  value of_member(const std::string& owner, const std::string& name, const object& schema) const {
    const auto qualified = owner + name;
    for (const auto& place : {std::string{context_} + ':' + qualified, qualified, name}) {
      if (const auto* row = row_of(place); row && fits(parsed(row->json), schema)) {
        return parsed(row->json);
      }
    }
    return of(schema, name);
  }

  /// The table knows a member by its name, and other types may use that name for something else.
  static bool fits(const value& content, const object& schema) {
    const auto* allowed = schema.if_contains("enum");
    if (content.is_null()) return true;
    if (allowed) return std::ranges::count(allowed->as_array(), content) > 0;
    const auto* type = schema.if_contains("type");
    if (type == nullptr) return true;
    return (*type == "string" && content.is_string()) ||
           (*type == "object" && content.is_object()) || (*type == "array" && content.is_array()) ||
           (*type == "boolean" && content.is_bool()) ||
           (*type == "integer" && content.is_int64()) || (*type == "number" && content.is_number());
  }

  /// The others keep their order.
  static void leave_out(object& from, std::string_view member) {
    if (auto* found = from.find(member); found != from.end()) from.stable_erase(found);
  }

  void keep_what_has_happened(object& ride) const {
    const auto* at = std::ranges::find(progress, context_, &Progress::context);
    if (at == std::end(progress)) return;
    ride["state"] = boost::json::string_view{at->state};
    for (auto i = at->members; i < std::size(members_by_progress); ++i) {
      leave_out(ride, members_by_progress[i]);
    }
    leave_out(ride, "metres");
    leave_out(ride, "fare");
  }

  static value of_string(const object& schema) {
    const auto* format = schema.if_contains("format");
    if (format && *format == "uuid") return "0192f0c2-0000-7000-8000-000000000001";
    if (format && *format == "date-time") return "2026-03-01T08:30:00.000Z";
    return "text";
  }

  std::string_view context_;
};

}  // namespace

value draft_of(const object& schema, std::string_view context) {
  return Draft{context}.of(schema, "");
}

}  // namespace contracts::documents
