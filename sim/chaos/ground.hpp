#pragma once

/// What the chaos run breaks: two processes of each service on servers of their own. Blocks.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/stack/faulty_link.hpp"
#include "platform/stack/stack.hpp"
#include "sim/chaos/fault.hpp"

namespace sim::chaos {

/// How to start one process of a service.
struct Instance {
  Component service = Component::users;
  int number = 0;
  std::filesystem::path program;
  std::vector<std::string> arguments;
  std::filesystem::path log;
  /// By which it reaches each server.
  std::map<Component, std::shared_ptr<platform::stack::FaultyLink>> links;
};

class Ground {
 public:
  virtual ~Ground() = default;  ///< Stops the processes; the servers are their owner's.

  virtual void strike(const Fault& fault) = 0;
  /// Undoes `fault`. Returns when what was broken runs again, not when it serves.
  virtual void heal(const Fault& fault) = 0;

  /// Starts again what has ended without having been told to, and names it.
  virtual std::vector<std::string> revive() = 0;
};

/// Starts the processes. `stack` must outlive this.
std::unique_ptr<Ground> make_ground(platform::stack::Stack& stack, std::vector<Instance> instances);

}  // namespace sim::chaos
