#include "services/rides/live_map.hpp"

#include <algorithm>
#include <utility>

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

/// The answer, or nothing while location is out of reach.
template <class Answer>
awaitable<std::optional<Answer>> if_reachable(awaitable<Answer> answer) {
  try {
    co_return co_await std::move(answer);
  } catch (const binding::RemoteUnavailable& error) {
    platform::telemetry::warn("rides.map_unavailable", {{"reason", error.what()}});
  }
  co_return std::nullopt;
}

}  // namespace

awaitable<std::optional<Whereabouts>> RemoteMap::whereabouts(domain::DriverId driver,
                                                             domain::PassengerId passenger) {
  const contracts::WhereIs question{.user_ids = {driver, passenger}};
  const auto last = co_await if_reachable(
      binding::ask(bus_, contracts::operations::where_is, question, trace_, timeout_));
  if (!last) co_return std::nullopt;
  const auto now = clock_.now();
  co_return Whereabouts{.driver = sighting_of(driver, *last, now),
                        .passenger = sighting_of(passenger, *last, now)};
}

awaitable<std::optional<domain::geo::Sequence>> RemoteMap::metered_through(domain::RideId id) {
  const auto trips = co_await if_reachable(binding::ask(
      bus_, contracts::operations::read_meter, contracts::ReadMeter{id}, trace_, timeout_));
  if (!trips) co_return std::nullopt;
  co_return trips->meters.empty() ? 0 : trips->meters.front().metered_through;
}

}  // namespace services::rides
