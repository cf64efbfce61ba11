#pragma once

/// Giving money back that was paid for a ride: never more than was paid, to the wallet or, where a
/// card paid, to the card. What the card does not take goes to the wallet.

#include <optional>
#include <string>

#include "base/instant.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/money/order.hpp"
#include "domain/rejection.hpp"
#include "domain/ride/payment.hpp"

namespace domain::money {

enum class RefundTo : std::uint8_t {
  wallet,
  card,
  wallet_instead,  ///< The card did not take it.
};
BOOST_DESCRIBE_ENUM(RefundTo, wallet, card, wallet_instead)

enum class RefundKind : std::uint8_t {
  by_staff,  ///< Somebody decided so.
  stray,     ///< The provider collected for an attempt that something else had replaced.
};
BOOST_DESCRIBE_ENUM(RefundKind, by_staff, stray)

enum class CostBearer : std::uint8_t { platform, driver };
BOOST_DESCRIBE_ENUM(CostBearer, platform, driver)

struct Refund {
  RefundId id;
  PaymentId payment_id;
  RideId ride_id;
  std::int32_t attempt = 1;  ///< Of the payment: which charge is given back.
  RefundKind kind = RefundKind::by_staff;
  base::Money amount;
  RefundTo to = RefundTo::wallet;
  CostBearer borne_by = CostBearer::platform;
  OrderState state = OrderState::settled;  ///< Never failed: see above.
  std::string reason;
  std::string staff;  ///< Who decided; empty for a stray.
  base::Instant created_at;
  std::optional<base::Instant> settled_at = {};

  friend bool operator==(const Refund&, const Refund&) = default;
};

struct RefundCommand {
  RefundId id;
  std::optional<base::Money> amount;  ///< All that is left of the payment where absent.
  CostBearer borne_by = CostBearer::platform;
  std::string reason;
  std::string staff;
};

/// `refunded` is what staff gave back of `payment` before. Refuses with illegal_transition what has
/// not settled, invalid_value an amount of another currency or not above zero, and
/// refund_exceeds_payment.
Outcome<Refund> decide(const ride::Payment& payment, base::Money refunded,
                       const RefundCommand& command, base::Instant now);

/// The money of `attempt` came although something else had paid or is about to: back to the card.
Refund give_back(const ride::Payment& payment, std::int32_t attempt, RefundId id,
                 base::Instant now);

/// The card did not take it: the wallet does.
Refund redirected_to_wallet(Refund refund, base::Instant now);

/// The order that carries out a refund to the card.
Order order_of(const Refund& refund, PassengerId passenger_id);

Refund settled(Refund refund, base::Instant now);

/// What a refund moves when it begins.
std::vector<ledger::Transfer> transfers_of_beginning(const Refund& refund,
                                                     const ledger::Parties& parties);

/// What it moves when the card does not take it.
std::vector<ledger::Transfer> transfers_of_redirection(const Refund& refund,
                                                       const ledger::Parties& parties);

/// All rows there must be of a refund that stands where `refund` does.
std::vector<ledger::Transfer> all_transfers_of(const Refund& refund,
                                               const ledger::Parties& parties);

}  // namespace domain::money
