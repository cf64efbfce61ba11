#pragma once

/// The books. Every row moves a positive amount from one account to another, so they balance by
/// construction; rows are never changed, and a balance is a sum over rows.
///
/// Chart of accounts. A balance is what came in less what went out: above zero the platform owes
/// the holder, below zero the holder owes the platform.
///
///   passenger:<uuid>             wallet and debts of a passenger in one: a fare takes from it, a
///                                payment puts back
///   driver:<uuid>                earnings of a driver; after cash rides below zero by the fees
///   platform:fees                what the platform has earned
///   platform:cash_clearing       cash handed in at an office; below zero by what was handed in
///   platform:gateway_clearing    the payment provider; below zero by what it holds for us
///   platform:given_up            what people left behind when they deleted their accounts
///
/// Life of a cash fare of 12,000 with a fee of 600:
///
///   fare           passenger -> driver          12,000   passenger -12,000   driver +12,000
///   platform_fee   driver    -> platform:fees      600                       driver +11,400
///   cash_payment   driver    -> passenger       12,000   passenger 0         driver -600
///
/// A row is known by (cause, kind): writing it twice is one row.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/id.hpp"
#include "base/money.hpp"
#include "domain/ids.hpp"

namespace domain::ledger {

enum class AccountKind : std::uint8_t {
  passenger,
  driver,
  platform_fees,
  platform_cash_clearing,
  platform_gateway_clearing,
  platform_given_up,
};
BOOST_DESCRIBE_ENUM(AccountKind, passenger, driver, platform_fees, platform_cash_clearing,
                    platform_gateway_clearing, platform_given_up)

struct Account {
  AccountKind kind = AccountKind::platform_fees;
  UserId holder = {};  ///< Nil for accounts of the platform.

  friend auto operator<=>(const Account&, const Account&) = default;

  static Account passenger(PassengerId id) { return {AccountKind::passenger, id}; }
  static Account driver(DriverId id) { return {AccountKind::driver, id}; }
  static Account platform_fees() { return {AccountKind::platform_fees}; }
  static Account platform_cash_clearing() { return {AccountKind::platform_cash_clearing}; }
  static Account platform_given_up() { return {AccountKind::platform_given_up}; }
  static Account platform_gateway_clearing() { return {AccountKind::platform_gateway_clearing}; }

  /// "driver:0190...", "platform:fees": how it is stored.
  std::string text() const;
  /// The inverse of text(); empty on anything else.
  static std::optional<Account> parse(std::string_view text);
};

enum class TransferKind : std::uint8_t {
  fare,
  platform_fee,
  cancellation_fee,
  cash_payment,
  gateway_payment,
  top_up,
  payout,
  payout_return,
  debt_settlement,
  refund,
  refund_by_driver,
  stray_payment,
  card_refund,
  card_refund_return,
  wallet_given_up,
  earnings_given_up,
};
BOOST_DESCRIBE_ENUM(TransferKind, fare, platform_fee, cancellation_fee, cash_payment,
                    gateway_payment, top_up, payout, payout_return, debt_settlement, refund,
                    refund_by_driver, stray_payment, card_refund, card_refund_return,
                    wallet_given_up, earnings_given_up)

/// Which way the money of a kind flows.
struct Posting {
  TransferKind kind;
  AccountKind debit;   ///< Pays.
  AccountKind credit;  ///< Receives.
};

/// Every kind is one row. A payment from the wallet has none: the fare has already taken it out.
inline constexpr auto postings = [] {
  using Kind = TransferKind;
  using Of = AccountKind;
  // clang-format off
  return std::to_array<Posting>({
      {Kind::fare,               Of::passenger,                 Of::driver},
      {Kind::platform_fee,       Of::driver,                    Of::platform_fees},
      {Kind::cancellation_fee,   Of::passenger,                 Of::driver},
      {Kind::cash_payment,       Of::driver,                    Of::passenger},
      {Kind::gateway_payment,    Of::platform_gateway_clearing, Of::passenger},
      {Kind::top_up,             Of::platform_gateway_clearing, Of::passenger},
      {Kind::payout,             Of::driver,                    Of::platform_gateway_clearing},
      {Kind::payout_return,      Of::platform_gateway_clearing, Of::driver},
      {Kind::debt_settlement,    Of::platform_cash_clearing,    Of::driver},
      {Kind::refund,             Of::platform_fees,             Of::passenger},
      {Kind::refund_by_driver,   Of::driver,                    Of::passenger},
      {Kind::stray_payment,      Of::platform_gateway_clearing, Of::passenger},
      {Kind::card_refund,        Of::passenger,                 Of::platform_gateway_clearing},
      {Kind::card_refund_return, Of::platform_gateway_clearing, Of::passenger},
      {Kind::wallet_given_up,    Of::passenger,                 Of::platform_given_up},
      {Kind::earnings_given_up,  Of::driver,                    Of::platform_given_up},
  });
  // clang-format on
}();

enum class CauseKind : std::uint8_t { ride, payment, refund, top_up, settlement, account };
BOOST_DESCRIBE_ENUM(CauseKind, ride, payment, refund, top_up, settlement, account)

/// What made a row necessary.
struct Cause {
  CauseKind kind = CauseKind::ride;
  base::Uuid id;

  friend constexpr auto operator<=>(const Cause&, const Cause&) = default;

  /// "ride:0190...".
  std::string text() const;
  static std::optional<Cause> parse(std::string_view text);
};

struct Transfer {
  Account debit_account;
  Account credit_account;
  base::Money amount;  ///< Above zero.
  TransferKind kind = TransferKind::fare;
  Cause cause;

  friend bool operator==(const Transfer&, const Transfer&) = default;
};

/// The users whose accounts a row may touch; a nil id where none takes part.
struct Parties {
  PassengerId passenger_id = {};
  DriverId driver_id = {};
};

/// The row of one posting, or none if `amount` is zero. A negative amount is a bug of the caller.
std::vector<Transfer> post(TransferKind kind, const Parties& parties, base::Money amount,
                           const Cause& cause);

/// What a final fare of `total` moves, of which the platform keeps `fee` (at most `total`).
std::vector<Transfer> transfers_for_fare(RideId ride, const Parties& parties, base::Money total,
                                         base::Money fee);

/// The passenger handed `amount` to the driver in cash.
std::vector<Transfer> transfers_for_cash_payment(PaymentId payment, const Parties& parties,
                                                 base::Money amount);

/// The provider collected `amount` from the passenger.
std::vector<Transfer> transfers_for_gateway_payment(PaymentId payment, const Parties& parties,
                                                    base::Money amount);

/// The passenger owes the driver `fee` for the way that was in vain.
std::vector<Transfer> transfers_for_cancellation_fee(RideId ride, const Parties& parties,
                                                     base::Money fee);

/// What came in less what went out. All rows that touch `account` are of `currency`, or left out.
base::Money balance(std::span<const Transfer> transfers, const Account& account,
                    base::Currency currency);

/// Whether every row is sound (an amount above zero between two different accounts of the kind's
/// posting, none twice by cause and kind) and all balances of each currency add up to zero.
bool sums_to_zero(std::span<const Transfer> transfers);

/// Whether a driver who stands at `balance` may still take cash rides: debts end at `floor`, an
/// amount at or below zero.
bool may_take_cash(base::Money balance, base::Money floor);

}  // namespace domain::ledger
