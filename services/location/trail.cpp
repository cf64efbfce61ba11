#include "services/location/trail.hpp"

#include <iterator>
#include <ranges>

namespace services::location {

void Trails::add(const Sighting& sighting) {
  if (!sighting.vehicle || !domain::geo::check(sighting.position)) return;
  auto& trail = drivers_[sighting.user][sighting.session];
  trail.try_emplace(sighting.position.sequence, sighting.position, sighting.received_at);
  if (trail.size() > fixes_max_) trail.erase(trail.begin());
}

const Trail* Trails::find(domain::DriverId driver, domain::SessionId session) const {
  const auto sessions = drivers_.find(driver);
  if (sessions == drivers_.end()) return nullptr;
  const auto trail = sessions->second.find(session);
  return trail == sessions->second.end() ? nullptr : &trail->second;
}

std::optional<domain::SessionId> Trails::newest_beyond(domain::DriverId driver,
                                                       domain::geo::Sequence sequence) const {
  const auto sessions = drivers_.find(driver);
  if (sessions == drivers_.end()) return {};
  for (const auto& [session, trail] : std::views::reverse(sessions->second)) {
    if (trail.rbegin()->first > sequence) return session;
  }
  return {};
}

void Trails::forget_old(base::Instant now) {
  for (auto driver = drivers_.begin(); driver != drivers_.end();) {
    auto& sessions = driver->second;
    for (auto& [session, trail] : sessions) forget_old(trail, now);
    std::erase_if(sessions, [](const auto& session) { return session.second.empty(); });
    driver = sessions.empty() ? drivers_.erase(driver) : std::next(driver);
  }
}

// Stops at the first that is young: what was sent again stays a little longer, and the time this
// takes follows the number of drivers and not that of their fixes.
void Trails::forget_old(Trail& trail, base::Instant now) const {
  while (!trail.empty() && trail.begin()->second.received_at + memory_ < now) {
    trail.erase(trail.begin());
  }
}

}  // namespace services::location
