#pragma once

/// Paying for a ride. A ride has at most one payment; a failed one is tried again, by the same or
/// another method, and counts its attempts. So never more than one is in flight, and the key by
/// which a provider knows a charge again is (payment, attempt).

#include <array>
#include <cstdint>
#include <optional>

#include <boost/describe/enum.hpp>

#include "base/instant.hpp"
#include "base/money.hpp"
#include "domain/ids.hpp"
#include "domain/rejection.hpp"
#include "domain/ride/lifecycle.hpp"

namespace domain::ride {

enum class PaymentMethod : std::uint8_t { cash, wallet, gateway };
BOOST_DESCRIBE_ENUM(PaymentMethod, cash, wallet, gateway)

enum class PaymentState : std::uint8_t { pending, settled, failed };
BOOST_DESCRIBE_ENUM(PaymentState, pending, settled, failed)

enum class PaymentCommand : std::uint8_t { request, confirm_cash, settle, fail };
BOOST_DESCRIBE_ENUM(PaymentCommand, request, confirm_cash, settle, fail)

enum class PaymentEvent : std::uint8_t { requested, settled, failed };
BOOST_DESCRIBE_ENUM(PaymentEvent, requested, settled, failed)

/// One legal step; `from` is empty where the ride has no payment yet.
struct PaymentStep {
  std::optional<PaymentState> from;
  PaymentCommand command;
  PaymentState to;
  PaymentEvent event;
};

/// Every legal step is one row. The driver may confirm cash that nobody announced: the passenger's
/// phone may be flat. A provider's "settled" counts even after its "failed": the money is there.
inline constexpr auto payment_steps = [] {
  using State = PaymentState;
  using Command = PaymentCommand;
  using Event = PaymentEvent;
  // clang-format off
  return std::to_array<PaymentStep>({
      {{},             Command::request,      State::pending, Event::requested},
      {{},             Command::confirm_cash, State::settled, Event::settled},
      {State::pending, Command::confirm_cash, State::settled, Event::settled},
      {State::pending, Command::settle,       State::settled, Event::settled},
      {State::pending, Command::fail,         State::failed,  Event::failed},
      {State::failed,  Command::request,      State::pending, Event::requested},
      {State::failed,  Command::confirm_cash, State::settled, Event::settled},
      {State::failed,  Command::settle,       State::settled, Event::settled},
  });
  // clang-format on
}();

/// The row of `command` in `from`, or null.
constexpr const PaymentStep* find_step(std::optional<PaymentState> from, PaymentCommand command) {
  for (const auto& step : payment_steps) {
    if (step.from == from && step.command == command) return &step;
  }
  return nullptr;
}

struct Payment {
  PaymentId id;
  RideId ride_id;
  PaymentMethod method = PaymentMethod::cash;
  base::Money amount = {};
  PaymentState state = PaymentState::pending;
  std::int32_t attempt = 1;
  base::Instant requested_at;  ///< Of this attempt.
  std::optional<base::Instant> settled_at = {};
  std::int64_t version = 1;  ///< Rises by one with every change.

  friend bool operator==(const Payment&, const Payment&) = default;
};

struct PaymentChange {
  Payment payment;
  PaymentEvent event;
};

/// The passenger wants to pay. `payment_id` names the payment if the ride has none yet.
struct RequestPayment {
  PaymentId payment_id;
  PaymentMethod method = PaymentMethod::cash;
};

/// The driver holds the cash in hand.
struct ConfirmCash {
  PaymentId payment_id;
};

/// The wallet or the provider has moved the money of `attempt`.
struct SettlePayment {
  std::int32_t attempt = 1;
};

/// The wallet or the provider refused `attempt`.
struct FailPayment {
  std::int32_t attempt = 1;
};

/// `payment` is the ride's payment so far. Refuses, in this order: not_found for strangers,
/// wrong_role for the other side, not_payable for a cancelled ride, already_paid, fare_not_final,
/// and payment_in_progress while another attempt is pending. A ride that has not ended is
/// illegal_transition.
Outcome<PaymentChange> decide(const Ride& ride, const std::optional<Payment>& payment, UserId by,
                              const RequestPayment& command, base::Instant now);

/// The same refusals; payment_in_progress if the pending attempt is not in cash.
Outcome<PaymentChange> decide(const Ride& ride, const std::optional<Payment>& payment, UserId by,
                              const ConfirmCash& command, base::Instant now);

/// Refuses with already_paid when settled, and with conflict the success of an earlier attempt:
/// that money is to be given back, since a later attempt stands in its place.
Outcome<PaymentChange> decide(const Payment& payment, const SettlePayment& command,
                              base::Instant now);

/// Refuses with already_paid when settled, and with conflict the failure of an earlier attempt.
Outcome<PaymentChange> decide(const Payment& payment, const FailPayment& command,
                              base::Instant now);

}  // namespace domain::ride
