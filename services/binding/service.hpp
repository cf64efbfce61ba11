#pragma once

/// What every service is to the program that runs it, and what it is given.

#include <chrono>
#include <memory>

#include "platform/bus/connection.hpp"
#include "platform/http/message.hpp"
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

class Service {
 public:
  virtual ~Service() = default;

  /// Takes nothing new, finishes what is in flight within `grace`, gives leases back. The runtime's
  /// task group is joined after it.
  virtual platform::awaitable<void> stop(std::chrono::milliseconds grace) = 0;

  /// Operators' calls on the admin port; a service without any has nothing there.
  virtual platform::awaitable<platform::http::Response> staff(platform::http::Request request);
};

}  // namespace services::binding
