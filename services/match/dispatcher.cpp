#include "services/match/dispatcher.hpp"

#include "contracts/subjects.hpp"
#include "services/match/zone_dispatcher.hpp"

namespace services::match {

Dispatcher::Dispatcher(const binding::Environment& environment, const MatchConfig& config,
                       const Zones& zones, LiveMap& live_map,
                       const std::function<void()>& after_commit)
    : bus_(environment.bus), tasks_(environment.runtime.executor()) {
  for (const auto& zone : zones.all()) {
    zones_.push_back(
        std::make_unique<ZoneDispatcher>(environment, config, zone, live_map, after_commit));
  }
}

Dispatcher::~Dispatcher() = default;

void Dispatcher::start() {
  wakes_ = bus_.subscribe(std::string{contracts::subjects::match_wake}, "",
                          [this](const platform::bus::Message&) { ring(); });
  for (const auto& zone : zones_) tasks_.spawn("match.dispatch." + zone->zone_name(), zone->run());
}

void Dispatcher::wake() {
  if (bus_.connected()) {
    bus_.publish_signal(std::string{contracts::subjects::match_wake},
                        {});  // Comes back to us, too.
  } else {
    ring();
  }
}

void Dispatcher::ring() {
  for (const auto& zone : zones_) zone->wake();
}

awaitable<void> Dispatcher::stop() {
  wakes_.reset();
  return tasks_.join();
}

}  // namespace services::match
