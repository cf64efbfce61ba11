#pragma once

/// Takes in the positions of everybody, and hands each to all who need it.

#include <map>
#include <memory>

#include "platform/telemetry/metrics.hpp"
#include "services/location/writer.hpp"

namespace services::location {

class Intake {
 public:
  /// Subscribes at once. The arguments outlive the intake.
  Intake(const binding::Environment& environment, LiveMap& map, Trails& trails, Writer& writer);

 private:
  void take(const platform::bus::Message& message);
  void take(const Sighting& sighting);

  platform::runtime::Runtime& runtime_;
  LiveMap& map_;
  Trails& trails_;
  Writer& writer_;
  std::map<Use, platform::telemetry::Counter> counters_;
  std::unique_ptr<platform::bus::Subscription> positions_;
};

}  // namespace services::location
