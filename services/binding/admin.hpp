#pragma once

/// The admin port of a service: for the machines and people who run it, never for phones.
///
///   GET /healthz   200 as long as the process turns over
///   GET /readyz    200 while it should be given work, else 503; says which dependency is away
///   GET /metrics   Prometheus text
///   /admin/v1/...  operators' calls, by API key

#include <chrono>
#include <memory>
#include <string>

#include "services/binding/service.hpp"

namespace services::binding {

struct AdminConfig {
  std::string address = "127.0.0.1";
  int port = 0;
};

class Admin {
 public:
  virtual ~Admin() = default;
  virtual int port() const = 0;
  /// Not ready: load balancers take the instance out, while it finishes what it has.
  virtual void set_ready(bool ready) = 0;
  virtual platform::awaitable<void> stop() = 0;
};

/// Throws std::runtime_error with a sentence when the port is taken.
std::unique_ptr<Admin> start_admin(const Environment& environment, Service& service,
                                   AdminConfig config);

}  // namespace services::binding
