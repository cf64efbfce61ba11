#include "services/location/intake.hpp"

#include <boost/describe/enum_to_string.hpp>

#include "contracts/subjects.hpp"
#include "platform/telemetry/log.hpp"

namespace services::location {
namespace {

namespace telemetry = platform::telemetry;

constexpr telemetry::CounterFamily positions{"nebengjek_location_positions_total",
                                             "Positions that came in, by what they were good for",
                                             {"use"}};

}  // namespace

Intake::Intake(const binding::Environment& environment, LiveMap& map, Trails& trails,
               Writer& writer)
    : runtime_(environment.runtime), map_(map), trails_(trails), writer_(writer) {
  for (const auto use : {Use::moved, Use::kept, Use::invalid, Use::replayed, Use::impossible}) {
    counters_.emplace(use, positions.with(boost::describe::enum_to_string(use, "")));
  }
  positions_ =
      environment.bus.subscribe(std::string{contracts::subjects::positions}, "",
                                [this](const platform::bus::Message& message) { take(message); });
}

void Intake::take(const platform::bus::Message& message) {
  const auto batch = base::json::from_text<contracts::PositionBatch>(message.data);
  if (!batch) {
    telemetry::warn("location.positions_unreadable", {{"reason", batch.error()}});
    return;
  }
  const auto now = runtime_.now();
  for (const auto& fix : batch->fixes) take(sighting_of(fix, now));
}

void Intake::take(const Sighting& sighting) {
  trails_.add(sighting);
  const auto use = map_.note(sighting);
  counters_.at(use).add();
  if (use == Use::moved || use == Use::kept) writer_.note(sighting, use);
}

}  // namespace services::location
