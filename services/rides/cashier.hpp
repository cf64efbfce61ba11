#pragma once

/// Carries orders to the payment provider, in atomic phases:
///
///   1. the order is committed with whatever made it necessary
///   2. a cashier of any instance takes it up, which is committed: it may have been sent from here
///   on
///   3. the provider is called, outside of any transaction: sent at first, later asked for, and
///   sent
///      again only where the provider has never heard of it
///   4. what was learnt is committed with all that follows from it
///
/// A crash anywhere leaves a row that is due again, and every call is harmless to repeat.

#include <functional>
#include <memory>

#include "services/binding/commands.hpp"
#include "services/binding/service.hpp"
#include "services/rides/payment_use_cases.hpp"

namespace services::rides {

class Cashier {
 public:
  virtual ~Cashier() = default;

  /// There is a new order: don't wait for the next look.
  virtual void wake() = 0;
};

struct CashierTools {
  PaymentProvider& provider;
  binding::MakeUseCases<PaymentUseCases> make;
  std::function<void()> after_commit;  ///< Wakes the relay.
};

/// Works in the runtime's tasks, until those are cancelled.
std::unique_ptr<Cashier> start_cashier(const binding::Environment& environment, CashierTools tools,
                                       const PaymentsConfig& config);

}  // namespace services::rides
