#include "domain/ride/payment.hpp"

#include <utility>

namespace domain::ride {
namespace {

std::optional<PaymentState> state_of(const std::optional<Payment>& payment) {
  if (!payment) return {};
  return payment->state;
}

/// Why a payment in `state` refuses a command for which it has no row.
Rejection refusal_in(std::optional<PaymentState> state) {
  if (state == PaymentState::settled) return Rejection::already_paid;
  if (state == PaymentState::pending) return Rejection::payment_in_progress;
  return Rejection::illegal_transition;
}

/// `side` is whose the command is; empty when nothing stands against paying for the ride.
std::optional<Rejection> refusal_by_ride(const Ride& ride, UserId by, UserId side) {
  if (by != ride.passenger_id && by != ride.driver_id) return Rejection::not_found;
  if (by != side) return Rejection::wrong_role;
  switch (ride.state) {
    case RideState::cancelled: return Rejection::not_payable;
    case RideState::paid: return Rejection::already_paid;
    case RideState::matched:
    case RideState::arrived:
    case RideState::in_progress: return Rejection::illegal_transition;
    case RideState::completed: break;
  }
  if (!ride.fare) return Rejection::fare_not_final;
  return {};
}

/// The payment of `ride` as it stands before its next attempt.
Payment next_attempt(const Ride& ride, const std::optional<Payment>& payment, PaymentId fresh_id,
                     PaymentMethod method, base::Instant now) {
  Payment next{.id = fresh_id, .ride_id = ride.id, .requested_at = now};
  if (payment) {
    next.id = payment->id;
    next.attempt = payment->attempt + 1;
    next.version = payment->version + 1;
  }
  next.method = method;
  next.amount = ride.fare->total;
  return next;
}

Payment next_version(Payment payment) {
  ++payment.version;
  return payment;
}

PaymentChange moved(Payment payment, const PaymentStep& step, base::Instant now) {
  payment.state = step.to;
  if (step.to == PaymentState::settled) payment.settled_at = now;
  return {std::move(payment), step.event};
}

/// What the provider says of `attempt`.
Outcome<PaymentChange> conclude(const Payment& payment, PaymentCommand command,
                                std::int32_t attempt, base::Instant now) {
  const auto* step = find_step(payment.state, command);
  if (step == nullptr) return rejected(refusal_in(payment.state));
  if (attempt != payment.attempt) return rejected(Rejection::conflict);
  return moved(next_version(payment), *step, now);
}

}  // namespace

Outcome<PaymentChange> decide(const Ride& ride, const std::optional<Payment>& payment, UserId by,
                              const RequestPayment& command, base::Instant now) {
  if (auto refusal = refusal_by_ride(ride, by, ride.passenger_id)) return rejected(*refusal);
  const auto* step = find_step(state_of(payment), PaymentCommand::request);
  if (step == nullptr) return rejected(refusal_in(state_of(payment)));
  return moved(next_attempt(ride, payment, command.payment_id, command.method, now), *step, now);
}

Outcome<PaymentChange> decide(const Ride& ride, const std::optional<Payment>& payment, UserId by,
                              const ConfirmCash& command, base::Instant now) {
  if (auto refusal = refusal_by_ride(ride, by, ride.driver_id)) return rejected(*refusal);
  const auto* step = find_step(state_of(payment), PaymentCommand::confirm_cash);
  if (step == nullptr) return rejected(refusal_in(state_of(payment)));
  const bool is_pending = payment && payment->state == PaymentState::pending;
  if (!is_pending) {
    const auto id = command.payment_id;
    return moved(next_attempt(ride, payment, id, PaymentMethod::cash, now), *step, now);
  }
  if (payment->method != PaymentMethod::cash) return rejected(Rejection::payment_in_progress);
  return moved(next_version(*payment), *step, now);
}

Outcome<PaymentChange> decide(const Payment& payment, const SettlePayment& command,
                              base::Instant now) {
  return conclude(payment, PaymentCommand::settle, command.attempt, now);
}

Outcome<PaymentChange> decide(const Payment& payment, const FailPayment& command,
                              base::Instant now) {
  return conclude(payment, PaymentCommand::fail, command.attempt, now);
}

}  // namespace domain::ride
