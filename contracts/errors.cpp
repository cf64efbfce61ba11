#include "contracts/errors.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/list.hpp>

#include "base/assert.hpp"

namespace contracts {
namespace {

using enum domain::Rejection;

struct Row {
  domain::Rejection rejection;
  ErrorCode error;
};

// clang-format off
constexpr Row rows[] = {
    {not_found,                  {"not_found", 404, "There is no such thing, or it is not yours to see"}},
    {wrong_role,                 {"wrong_role", 403, "This is for the other side to do"}},
    {invalid_value,              {"invalid_value", 422, "A value is outside its range"}},
    {conflict,                   {"conflict", 409, "It was changed meanwhile: look again"}},
    {msisdn_invalid,             {"msisdn_invalid", 422, "This is not a mobile number"}},
    {country_not_allowed,        {"country_not_allowed", 422, "Numbers of this country are not served"}},
    {otp_throttled,              {"otp_throttled", 429, "Too many codes were asked for: wait"}},
    {otp_refused,                {"otp_refused", 401, "The code is not valid"}},
    {otp_locked,                 {"otp_locked", 429, "Too many wrong codes: try again tomorrow"}},
    {refresh_refused,            {"refresh_refused", 401, "The refresh token is not valid: log in again"}},
    {driver_already_registered,  {"driver_already_registered", 409, "You are registered as a driver already"}},
    {plate_taken,                {"plate_taken", 409, "This plate is registered for another driver"}},
    {driver_not_approved,        {"driver_not_approved", 403, "Your registration as a driver is not approved yet"}},
    {driver_suspended,           {"driver_suspended", 403, "Your registration as a driver is suspended"}},
    {account_blocked,            {"account_blocked", 403, "This account is blocked: ask the operator why"}},
    {account_in_use,             {"account_in_use", 409, "A request, a ride or a debt is still open"}},
    {wallet_not_empty,           {"wallet_not_empty", 409, "There is money in the account: spend it, have it paid out, or give it up"}},
    {beacon_off,                 {"beacon_off", 409, "The beacon is off"}},
    {driver_busy,                {"driver_busy", 409, "You are promised to another request"}},
    {request_already_open,       {"request_already_open", 409, "You have an open request already"}},
    {vehicle_not_offered,        {"vehicle_not_offered", 422, "This vehicle type is not offered here"}},
    {trip_too_short,             {"trip_too_short", 422, "Pickup and destination are the same place"}},
    {trip_too_long,              {"trip_too_long", 422, "The destination is too far away"}},
    {request_closed,             {"request_closed", 409, "The request is closed"}},
    {already_matched,            {"already_matched", 409, "The request has a driver already"}},
    {proposal_closed,            {"proposal_closed", 409, "The proposal is no longer open"}},
    {illegal_transition,         {"illegal_transition", 409, "The state does not allow this"}},
    {too_far,                    {"too_far", 409, "You are not near enough"}},
    {wrong_pin,                  {"wrong_pin", 422, "The PIN is wrong"}},
    {pin_locked,                 {"pin_locked", 409, "Too many wrong PINs"}},
    {adjustment_out_of_range,    {"adjustment_out_of_range", 422, "A fare can only be lowered, to more than nothing"}},
    {too_early,                  {"too_early", 409, "It is too early for this"}},
    {sequence_regressed,         {"sequence_regressed", 422, "The sequence is below one seen before"}},
    {already_rated,              {"already_rated", 409, "You have rated this ride already"}},
    {fare_not_final,             {"fare_not_final", 409, "The meter is still being read: try again shortly"}},
    {payment_in_progress,        {"payment_in_progress", 409, "A payment is under way"}},
    {already_paid,               {"already_paid", 409, "The ride is paid"}},
    {not_payable,                {"not_payable", 409, "There is nothing to pay"}},
    {payment_method_unavailable, {"payment_method_unavailable", 422, "This way of paying is not available"}},
    {payout_account_invalid,     {"payout_account_invalid", 422, "This payout account is not acceptable"}},
    {insufficient_funds,         {"insufficient_funds", 409, "There is not enough money"}},
    {debt_too_high,              {"debt_too_high", 409, "You owe more fees than may be owed: settle them first"}},
    {refund_exceeds_payment,     {"refund_exceeds_payment", 409, "More would be given back than was paid"}},
    {nothing_to_pay_out,         {"nothing_to_pay_out", 409, "There is not enough to pay out"}},
    {webhook_refused,            {"webhook_refused", 401, "The signature is missing, wrong or too old"}},
};
// clang-format on

static_assert(
    std::size(rows) ==
    boost::mp11::mp_size<boost::describe::describe_enumerators<domain::Rejection>>::value);

std::string sentence(const base::json::Problems& problems) {
  return problems.size() == 1 ? problems.front().path + ' ' + problems.front().message
                              : std::to_string(problems.size()) + " fields are not acceptable";
}

}  // namespace

const ErrorCode& error_of(domain::Rejection rejection) {
  const auto row = std::ranges::find(rows, rejection, &Row::rejection);
  NEBENGJEK_ASSERT(row != std::end(rows));
  return row->error;
}

Problem problem(const ErrorCode& error, std::optional<std::string> detail) {
  return {.type = "urn:nebengjek:problem:" + std::string{error.code},
          .title = std::string{error.title},
          .status = error.status,
          .code = std::string{error.code},
          .detail = std::move(detail),
          .errors = {},
          .balance = {},
          .trace_id = {}};
}

Problem problem(domain::Rejection rejection, const Explanation& explanation) {
  auto result = problem(error_of(rejection));
  result.balance = explanation.balance;
  return result;
}

Problem problem(const base::json::Problems& problems) {
  const bool unknown_field = std::ranges::any_of(problems, [](const auto& each) {
    return each.kind == base::json::ProblemKind::unknown_field;
  });
  auto result =
      problem(unknown_field ? errors::unknown_field : errors::invalid, sentence(problems));
  result.errors.emplace();
  for (const auto& each : problems) {
    result.errors->push_back({.field = each.path, .message = each.message});
  }
  return result;
}

}  // namespace contracts
