#include "services/rides/live_map.hpp"

#include <algorithm>

#include "contracts/operations/location.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/remote.hpp"

namespace services::rides {
namespace {

using contracts::LastPositions;
using domain::ride::Sighting;
using domain::ride::Whereabouts;

std::optional<Sighting> sighting_of(domain::UserId user, const LastPositions& last,
                                    base::Instant now) {
  const auto found = std::ranges::find(last.positions, user, &contracts::LastPosition::user_id);
  if (found == last.positions.end()) return {};
  return Sighting{.point = {found->latitude, found->longitude},
                  .at = now - std::chrono::milliseconds{found->age_ms}};
}

}  // namespace

awaitable<std::optional<Whereabouts>> RemoteMap::whereabouts(domain::DriverId driver,
                                                             domain::PassengerId passenger) {
  const contracts::WhereIs question{.user_ids = {driver, passenger}};
  try {
    const auto last =
        co_await binding::ask(bus_, contracts::operations::where_is, question, trace_, timeout_);
    const auto now = clock_.now();
    co_return Whereabouts{.driver = sighting_of(driver, last, now),
                          .passenger = sighting_of(passenger, last, now)};
  } catch (const binding::RemoteUnavailable& error) {
    platform::telemetry::warn("rides.map_unavailable", {{"reason", error.what()}});
  }
  co_return std::nullopt;
}

}  // namespace services::rides
