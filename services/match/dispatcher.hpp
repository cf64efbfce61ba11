#pragma once

/// Dispatch in the background: each zone, in short rounds, by the instance that holds its lease. A
/// round begins when the window is over or as soon as somebody has committed something that may
/// have changed who waits or who is free, anywhere. Nothing that matters is kept in memory: a
/// restart, or another instance, goes on from the tables.

#include <functional>
#include <memory>
#include <vector>

#include "platform/runtime/task_group.hpp"
#include "services/binding/service.hpp"
#include "services/match/config.hpp"
#include "services/match/ports.hpp"

namespace services::match {

class ZoneDispatcher;

class Dispatcher {
 public:
  /// `after_commit` wakes the relay. The arguments outlive the dispatcher.
  Dispatcher(const binding::Environment& environment, const MatchConfig& config, const Zones& zones,
             LiveMap& live_map, const std::function<void()>& after_commit);
  ~Dispatcher();

  void start();

  /// Something was committed here: look now, whichever instance leads the zone.
  void wake();

  /// Ends the round under way, rolling back what it has not committed, and gives the leases back.
  /// Whatever was started must be stopped before its end.
  platform::awaitable<void> stop();

 private:
  void ring();

  platform::bus::Connection& bus_;
  std::vector<std::unique_ptr<ZoneDispatcher>> zones_;
  std::unique_ptr<platform::bus::Subscription> wakes_;
  platform::runtime::TaskGroup tasks_;
};

}  // namespace services::match
