#include "services/binding/outage.hpp"

#include <utility>

#include "platform/telemetry/log.hpp"

namespace services::binding {

namespace telemetry = platform::telemetry;

void Outage::fails(std::string_view reason) {
  if (!std::exchange(under_way_, true)) {
    telemetry::warn(what_ + ".unavailable", {{"reason", reason}});
  }
}

void Outage::works() {
  if (std::exchange(under_way_, false)) telemetry::info(what_ + ".available");
}

}  // namespace services::binding
