#include "services/match/outage.hpp"

#include <utility>

#include "platform/telemetry/log.hpp"

namespace services::match {

namespace telemetry = platform::telemetry;

void Outage::fails(std::string_view reason) {
  if (!std::exchange(under_way_, true)) {
    telemetry::warn(what_ + ".unavailable", {{"reason", reason}});
  }
}

void Outage::works() {
  if (std::exchange(under_way_, false)) telemetry::info(what_ + ".available");
}

}  // namespace services::match
