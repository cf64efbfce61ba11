#pragma once

#include <memory>

#include "services/binding/service.hpp"
#include "services/users/config.hpp"

namespace services::users {

/// A running users service; `port` is where it serves phones.
class UsersService : public binding::Service {
 public:
  virtual int port() const = 0;
};

/// Starts the service on the environment's thread. Throws std::runtime_error with a sentence when
/// its port is taken or its keys can't be read.
std::unique_ptr<UsersService> make_service(const binding::Environment& environment,
                                           UsersConfig config);

}  // namespace services::users
