#pragma once

#include <memory>

#include "domain/identity/otp.hpp"
#include "platform/redis/client.hpp"
#include "services/users/accounts/ports.hpp"

namespace services::users::accounts {

/// Spares the database a transaction for each guess of somebody who tries them all.
std::unique_ptr<CodeFilter> make_code_filter(platform::redis::Client& redis,
                                             const domain::identity::OtpRules& rules);

}  // namespace services::users::accounts
