#pragma once

#include <string>

#include "apps/nebengjek/settings.hpp"

namespace apps::nebengjek {

/// The users of the NATS server, one a service, each with the subjects that it may publish and
/// subscribe: the inside of `authorization { users [...] }`.
std::string nats_users(const Settings& settings);

}  // namespace apps::nebengjek
