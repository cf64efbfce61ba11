#pragma once

/// Whether a message is the payment provider's: see contracts::SignedMessage for what is signed.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "contracts/payments.hpp"

namespace services::rides {

struct WebhookRules {
  std::string_view secret;
  std::chrono::milliseconds window;  ///< How far from now the timestamp may be, either way.
};

/// The body as it was signed; empty when the signature is missing, wrong or too old.
std::optional<std::string> proven_body(const contracts::SignedMessage& message,
                                       const WebhookRules& rules, base::Instant now);

}  // namespace services::rides
