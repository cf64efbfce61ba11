#pragma once

#include <memory>

#include "services/binding/service.hpp"
#include "services/users/accounts/ports.hpp"

namespace services::users::accounts {

/// Asks over NATS, each service within half of a login's deadline.
std::unique_ptr<OtherServices> make_other_services(platform::bus::Connection& bus);

}  // namespace services::users::accounts
