#pragma once

/// What every service is to the program that runs it, and what it is given.

#include <chrono>
#include <memory>

#include "contracts/operation.hpp"
#include "platform/bus/connection.hpp"
#include "platform/postgres/pool.hpp"
#include "platform/redis/client.hpp"
#include "platform/runtime/runtime.hpp"

namespace services::binding {

/// One thread's own connections. The service is destroyed before them.
struct Environment {
  platform::runtime::Runtime& runtime;
  platform::postgres::Pool& pool;
  platform::redis::Client& redis;
  platform::bus::Connection& bus;
};

class CommandExecutor;

class Service {
 public:
  virtual ~Service() = default;

  /// Takes nothing new, finishes what is in flight within `grace`, gives leases back. The runtime's
  /// task group is joined after it.
  virtual platform::awaitable<void> stop(std::chrono::milliseconds grace) = 0;

  /// Which of the services it is, and what carries out its operations.
  virtual contracts::Owner owner() const = 0;
  virtual CommandExecutor& executor() = 0;
};

}  // namespace services::binding
