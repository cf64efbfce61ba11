#pragma once

#include <memory>

#include "sim/sandbox/sandbox.hpp"

namespace apps::nebengjek {

struct SandboxOptions {
  sim::sandbox::SandboxConfig config;
  sim::sandbox::Behaviour behaviour;
};

/// The sandbox on a thread of its own, until it is destroyed.
class RunningSandbox {
 public:
  virtual ~RunningSandbox() = default;
  virtual int port() const = 0;
};

/// Throws std::runtime_error with a sentence when the port is taken.
std::unique_ptr<RunningSandbox> run_sandbox(const SandboxOptions& options);

/// Plays the providers until SIGINT or SIGTERM. Returns the exit status.
int sandbox(const SandboxOptions& options);

}  // namespace apps::nebengjek
