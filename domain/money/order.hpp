#pragma once

/// An order to the payment provider: collect, give back or pay out. It is committed before the
/// provider hears of it, and known to both sides by its key, so that after any crash it can be
/// asked for and sent again. What the provider did not say is never guessed.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe/enum.hpp>

#include "base/id.hpp"
#include "base/money.hpp"
#include "domain/ids.hpp"
#include "domain/money/ids.hpp"

namespace domain::money {

enum class OrderKind : std::uint8_t {
  charge,  ///< From the customer to us.
  refund,  ///< Back to whoever paid a charge.
  payout,  ///< From us to a driver's bank.
};
BOOST_DESCRIBE_ENUM(OrderKind, charge, refund, payout)

/// Also of a top-up, a refund and a payout as their owners see them.
enum class OrderState : std::uint8_t { pending, settled, failed };
BOOST_DESCRIBE_ENUM(OrderState, pending, settled, failed)

/// What was learnt of an order, by an answer, a question or a webhook.
enum class Verdict : std::uint8_t {
  settled,  ///< The money has moved.
  failed,   ///< It will not move.
  pending,  ///< The provider has the order and has not decided.
  unheard,  ///< The provider knows of no such order: it may be sent.
  unknown,  ///< No answer, or none that says anything.
};
BOOST_DESCRIBE_ENUM(Verdict, settled, failed, pending, unheard, unknown)

/// What an order is about: the half of a key that says who has to be told its outcome.
enum class PurposeKind : std::uint8_t { payment, top_up, refund, payout };
BOOST_DESCRIBE_ENUM(PurposeKind, payment, top_up, refund, payout)

struct Purpose {
  PurposeKind kind = PurposeKind::payment;
  base::Uuid id;
  std::int32_t attempt = 1;  ///< Of a payment; all others have one.

  friend bool operator==(const Purpose&, const Purpose&) = default;

  static Purpose payment(PaymentId id, std::int32_t attempt) {
    return {PurposeKind::payment, id.uuid, attempt};
  }
  static Purpose top_up(TopUpId id) { return {PurposeKind::top_up, id.uuid}; }
  static Purpose refund(RefundId id) { return {PurposeKind::refund, id.uuid}; }
  static Purpose payout(PayoutId id) { return {PurposeKind::payout, id.uuid}; }

  /// "payment-0190...-2", "payout-0190...-1": the order's idempotency key, fit for a URL.
  std::string key() const;
  /// The inverse of key(); empty on anything else.
  static std::optional<Purpose> parse(std::string_view key);
};

struct Order {
  Purpose purpose;
  OrderKind kind = OrderKind::charge;
  UserId user_id;  ///< Who pays or is paid.
  base::Money amount;
  std::string charge_key = {};  ///< Of a refund: what is given back.
  OrderState state = OrderState::pending;
  std::int32_t calls = 0;  ///< How often the provider was called about it.

  friend bool operator==(const Order&, const Order&) = default;
};

/// What a verdict does to an order.
enum class Effect : std::uint8_t {
  none,         ///< Nothing new: a repetition, or nothing is known.
  settles,      ///< The money has moved.
  fails,        ///< It will not.
  contradicts,  ///< The provider takes back its own word: a person has to look.
};
BOOST_DESCRIBE_ENUM(Effect, none, settles, fails, contradicts)

/// A charge that settles after it failed counts: the money is there. Of all others the first final
/// word is the last, since what it moved may have been spent.
Effect effect_of(const Order& order, Verdict verdict);

}  // namespace domain::money
