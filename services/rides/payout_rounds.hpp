#pragma once

/// Runs of payouts: begun by staff, or by themselves once in an interval, and carried out driver by
/// driver. Each step is a commit that also says how far the run has come, so a run that was broken
/// off goes on where it stood, and pays nobody twice.

#include <functional>

#include "services/binding/commands.hpp"
#include "services/binding/service.hpp"
#include "services/rides/payment_use_cases.hpp"

namespace services::rides {

struct PayoutRoundTools {
  binding::MakeUseCases<PaymentUseCases> make;
  std::function<void()> after_commit;  ///< Wakes the relay.
};

/// Works in the runtime's tasks, until those are cancelled.
void start_payout_rounds(const binding::Environment& environment, PayoutRoundTools tools,
                         const PaymentsConfig& config);

}  // namespace services::rides
