#pragma once

/// Runs roles: each on its own threads, each thread with its own connections, until told to stop.

#include <memory>
#include <vector>

#include "apps/nebengjek/settings.hpp"

namespace apps::nebengjek {

class RunningRoles {
 public:
  virtual ~RunningRoles() = default;

  /// Where phones are served, if users is among the roles; else 0.
  virtual int public_port() const = 0;

  /// Stops the edge, which needs the others for what it has in flight, and then all others side by
  /// side; each thread as services::binding::Service::stop says.
  virtual void stop() = 0;
};

/// Returns when all roles serve. Throws std::runtime_error with a sentence when one can't.
std::unique_ptr<RunningRoles> run_roles(const Settings& settings, const std::vector<Role>& roles);

/// To be called before any thread is started, so that the stop signals reach none but the waiter.
void block_stop_signals();

/// Blocks until SIGINT or SIGTERM.
void wait_for_stop_signal();

}  // namespace apps::nebengjek
