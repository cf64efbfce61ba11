#pragma once

/// Why the business says no. Every refusal that a caller can act on is one enumerator; contracts
/// give each an HTTP status and a sentence. A rejection changes nothing.

#include <cstdint>
#include <expected>

#include <boost/describe/enum.hpp>

namespace domain {

enum class Rejection : std::uint8_t {
  // Any operation.
  not_found,      ///< It does not exist, or the caller may not know that it does.
  wrong_role,     ///< The caller's role may not do this at all.
  invalid_value,  ///< Well-formed, but a value is outside its range.
  conflict,       ///< Somebody else changed it meanwhile.
  // Identity.
  msisdn_invalid,       ///< Not a possible mobile number.
  country_not_allowed,  ///< The number's country is not served.
  otp_throttled,        ///< Too many codes asked for: wait.
  otp_refused,          ///< Wrong, expired, used or unknown: deliberately one answer.
  otp_locked,           ///< Too many wrong codes: the number is locked for a while.
  refresh_refused,      ///< The refresh token is unknown, expired or was used before.
  driver_already_registered,
  plate_taken,
  driver_not_approved,
  driver_suspended,
  account_blocked,   ///< Staff have blocked the account: nobody logs in to it.
  account_in_use,    ///< A request, a ride or a debt is open: the account can't be deleted yet.
  wallet_not_empty,  ///< There is money in the account, and its owner has not given it up.
  // Match.
  beacon_off,            ///< The driver's beacon is off.
  driver_busy,           ///< The driver is promised to a request already.
  request_already_open,  ///< One open request per passenger.
  vehicle_not_offered,   ///< No tariff for this vehicle type here.
  trip_too_short,        ///< Pickup and destination are the same place.
  trip_too_long,
  request_closed,   ///< The request was cancelled, expired or fulfilled.
  already_matched,  ///< Another driver was first, or the ride exists: cancel the ride.
  proposal_closed,  ///< The proposal expired, was withdrawn or answered.
  // Ride.
  illegal_transition,  ///< The ride is not in a state that allows this.
  too_far,             ///< The driver is not near enough.
  wrong_pin,
  pin_locked,               ///< Too many wrong PINs for this ride.
  adjustment_out_of_range,  ///< A driver may only lower the fare, to more than nothing.
  too_early,                ///< Such as a no-show before the passenger's time is up.
  sequence_regressed,       ///< The phone's sequence is below one seen before.
  already_rated,            ///< With other stars or words than now.
  // Payment.
  fare_not_final,  ///< The meter is still being read; try again shortly.
  payment_in_progress,
  already_paid,
  not_payable,  ///< The ride ended without anything to pay.
  payment_method_unavailable,
  payout_account_invalid,
  insufficient_funds,      ///< The wallet or the provider says that there is not enough.
  debt_too_high,           ///< The driver owes more fees than may be owed: settle first.
  refund_exceeds_payment,  ///< More would be given back than was paid.
  nothing_to_pay_out,      ///< The balance is below the smallest payout.
  webhook_refused,         ///< Unsigned, signed wrongly, or too old.
};

BOOST_DESCRIBE_ENUM(Rejection, not_found, wrong_role, invalid_value, conflict, msisdn_invalid,
                    country_not_allowed, otp_throttled, otp_refused, otp_locked, refresh_refused,
                    driver_already_registered, plate_taken, driver_not_approved, driver_suspended,
                    account_blocked, account_in_use, wallet_not_empty, beacon_off, driver_busy,
                    request_already_open, vehicle_not_offered, trip_too_short, trip_too_long,
                    request_closed, already_matched, proposal_closed, illegal_transition, too_far,
                    wrong_pin, pin_locked, adjustment_out_of_range, too_early, sequence_regressed,
                    already_rated, fare_not_final, payment_in_progress, already_paid, not_payable,
                    payment_method_unavailable, payout_account_invalid, insufficient_funds,
                    debt_too_high, refund_exceeds_payment, nothing_to_pay_out, webhook_refused)

template <class T>
using Outcome = std::expected<T, Rejection>;

inline std::unexpected<Rejection> rejected(Rejection why) { return std::unexpected{why}; }

}  // namespace domain
