#include "services/location/live_map.hpp"

#include <algorithm>

#include "platform/telemetry/metrics.hpp"

namespace services::location {
namespace {

using domain::geo::Position;

constexpr platform::telemetry::GaugeFamily people_on_map{"nebengjek_location_people",
                                                         "Users whose place is known"};

std::int64_t age_ms(base::Instant at, base::Instant now) {
  return std::max<std::int64_t>(0, base::unix_ms(now) - base::unix_ms(at));
}

}  // namespace

LiveMap::LiveMap(const LocationConfig& config)
    : staleness_(config.staleness_ms), memory_(config.trail_ms), rules_(config.track_rules()) {}

Use LiveMap::note(const Sighting& sighting) {
  const auto use = judge(sighting);
  const auto& position = sighting.position;
  if (use == Use::moved || use == Use::kept) {
    tracks_[sighting.session] = {position, sighting.received_at};
  }
  if (use == Use::moved) {
    move(sighting.user, {.point = position.point,
                         .at = std::min(position.at, sighting.received_at),
                         .seen_at = sighting.received_at,
                         .accuracy_m = position.accuracy.value,
                         .heading = position.heading_degrees,
                         .vehicle = sighting.vehicle});
  }
  return use;
}

Use LiveMap::judge(const Sighting& sighting) {
  if (!domain::geo::check(sighting.position)) return Use::invalid;
  const auto track = tracks_.find(sighting.session);
  std::optional<Position> last;
  if (track != tracks_.end()) last = track->second.last;
  if (last && sighting.position.sequence <= last->sequence) return Use::replayed;
  const auto verdict = domain::geo::judge(last, sighting.position, rules_, sighting.received_at);
  if (!verdict.kept) return Use::impossible;
  return verdict.for_dispatch ? Use::moved : Use::kept;
}

void LiveMap::move(domain::UserId user, const Place& place) {
  auto& known = places_[user];
  if (known.vehicle != place.vehicle) remove_from_index(user, known);
  known = place;
  if (place.vehicle) drivers_[*place.vehicle].upsert(user, place.point, place.seen_at);
}

void LiveMap::seed(domain::DriverId driver, const Whereabouts& where) {
  if (places_.contains(driver)) return;
  move(driver, {.point = where.point,
                .at = where.seen_at,
                .seen_at = where.seen_at,
                .accuracy_m = rules_.accuracy_max.value,
                .heading = {},
                .vehicle = where.vehicle});
}

contracts::FoundDrivers LiveMap::find_drivers(const contracts::FindDrivers& question,
                                              base::Instant now) const {
  contracts::FoundDrivers found;
  const auto index = drivers_.find(question.vehicle_type);
  if (index == drivers_.end()) return found;
  const auto hits = index->second.nearest(
      {question.latitude, question.longitude}, {question.radius_m},
      static_cast<std::size_t>(question.limit),
      [&](const Index::Entry& entry) { return !is_silent(entry.payload, now); });
  for (const auto& [entry, metres] : hits) {
    const auto& place = places_.at(entry.id);
    found.drivers.push_back({.driver_id = entry.id,
                             .latitude = entry.point.latitude,
                             .longitude = entry.point.longitude,
                             .metres = metres.value,
                             .age_ms = age_ms(place.at, now),
                             .heading = place.heading});
  }
  return found;
}

contracts::LastPositions LiveMap::where_is(const contracts::WhereIs& question,
                                           base::Instant now) const {
  contracts::LastPositions last;
  for (const auto& user : question.user_ids) {
    const auto found = places_.find(user);
    if (found == places_.end() || is_silent(found->second.seen_at, now)) continue;
    const auto& place = found->second;
    last.positions.push_back({.user_id = user,
                              .latitude = place.point.latitude,
                              .longitude = place.point.longitude,
                              .age_ms = age_ms(place.at, now),
                              .accuracy_m = place.accuracy_m});
  }
  return last;
}

std::optional<Whereabouts> LiveMap::find_driver(domain::DriverId driver) const {
  const auto found = places_.find(driver);
  if (found == places_.end() || !found->second.vehicle) return {};
  const auto& place = found->second;
  return Whereabouts{.point = place.point, .vehicle = *place.vehicle, .seen_at = place.seen_at};
}

void LiveMap::forget_silent(base::Instant now) {
  for (auto place = places_.begin(); place != places_.end();) {
    const bool silent = is_silent(place->second.seen_at, now);
    if (silent) remove_from_index(place->first, place->second);
    place = silent ? places_.erase(place) : std::next(place);
  }
  std::erase_if(tracks_,
                [&](const auto& track) { return track.second.received_at + memory_ < now; });
  people_on_map.with().set(static_cast<double>(places_.size()));
}

void LiveMap::remove_from_index(domain::UserId user, const Place& place) {
  if (place.vehicle) drivers_[*place.vehicle].remove(user);
}

bool LiveMap::is_silent(base::Instant seen_at, base::Instant now) const {
  return seen_at + staleness_ < now;
}

}  // namespace services::location
