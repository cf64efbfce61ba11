#pragma once

/// The payment provider over HTTP, through a circuit breaker. Its API, as `nebengjek sandbox` plays
/// it too; every request bears `Authorization: Bearer <key>`, every answer is an Order:
///
///   POST /v1/charges  {"customer", "amount", "description"}   with Idempotency-Key
///   POST /v1/refunds  {"charge", "amount"}                    with Idempotency-Key
///   POST /v1/payouts  {"account": {...}, "amount"}            with Idempotency-Key
///   GET  /v1/orders/{key}                                     404: never heard of it
///
///   Order: {"key", "status": "pending" | "settled" | "failed", "amount", "reason"}
///
/// Nothing is tried again here: whoever sends orders comes back to what is not decided.

#include <memory>

#include "platform/http/client.hpp"
#include "platform/resilience/dependency.hpp"
#include "services/rides/money_ports.hpp"
#include "services/rides/payments_config.hpp"

namespace services::rides {

struct ProviderLinks {
  platform::http::Client& client;
  platform::resilience::Dependency& provider;
  PayoutAccounts& accounts;
};

std::unique_ptr<PaymentProvider> make_payment_provider(ProviderLinks links,
                                                       const PaymentsConfig& config);

}  // namespace services::rides
