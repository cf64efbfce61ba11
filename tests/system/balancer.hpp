#pragma once

/// HAProxy before the edges, as a deploy has it: asks each whether it is ready, and sends phones to
/// those that are. It repeats nothing, so that phones see whatever an edge loses.

#include <filesystem>
#include <string>
#include <vector>

#include "platform/stack/nursery.hpp"

namespace tests::system {

class Balancer {
 public:
  struct Edge {
    std::string name;
    int port = 0;
    int admin_port = 0;
  };

  /// Writes its configuration into `folder`.
  Balancer(const std::filesystem::path& folder, const std::vector<Edge>& edges);

  /// Runs in the foreground. Throws CannotStart when there is no HAProxy.
  platform::stack::Launch launch() const;

  int port() const { return port_; }
  /// Whether it takes every edge for ready.
  bool sends_to_all() const;

 private:
  std::string configuration(const std::vector<Edge>& edges) const;

  std::filesystem::path file_;
  int port_;
  int own_port_;  ///< Where it says how it is.
};

}  // namespace tests::system
