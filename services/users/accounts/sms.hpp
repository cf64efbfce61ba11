#pragma once

#include <memory>
#include <string>

#include "services/binding/service.hpp"
#include "services/users/accounts/ports.hpp"

namespace services::users::accounts {

/// For development alone: prints every text loudly on the console and keeps the last one of each
/// number in Redis for the inbox.
std::unique_ptr<SmsSender> make_dev_sms_sender(const binding::Environment& environment);

/// The last text to `msisdn` of the past ten minutes. Throws redis::Unavailable.
awaitable<std::optional<std::string>> read_dev_inbox(platform::redis::Client& redis,
                                                     std::string msisdn);

}  // namespace services::users::accounts
