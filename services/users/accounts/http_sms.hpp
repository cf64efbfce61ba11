#pragma once

#include <memory>

#include "platform/runtime/runtime.hpp"
#include "services/users/accounts/ports.hpp"
#include "services/users/config.hpp"

namespace services::users::accounts {

/// Sends texts through a provider's HTTP API, and through the second provider what the first does
/// not take: POST <url> {"to": "+62...", "text": "..."} with the token as `Authorization: Bearer`;
/// any 2xx is taken. Each call has a deadline, is tried once more when it failed in passing, and
/// goes through the provider's own circuit breaker. What is sent is never logged, nor to whom.
std::unique_ptr<SmsSender> make_http_sms_sender(platform::runtime::Runtime& runtime,
                                                SmsConfig config);

}  // namespace services::users::accounts
