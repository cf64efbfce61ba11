#include "services/location/trip.hpp"

#include <iterator>
#include <utility>

namespace services::location {
namespace {

using domain::geo::Position;
using domain::geo::Sequence;
using domain::ride::Meter;

bool has_waited(const Footprint& footprint, const ReadingRules& rules, base::Instant now) {
  return footprint.received_at + rules.gap_wait <= now;
}

/// The last position numbered up to `sequence`.
std::optional<Position> last_up_to(const Trail& trail, Sequence sequence) {
  const auto next = trail.upper_bound(sequence);
  if (next == trail.begin()) return {};
  return std::prev(next)->second.position;
}

/// Chooses the session, and with it the place where the trip begins: known when the phone's last
/// fix before the trip is here or has been waited for.
Trip begin(Trip trip, const Trails& trails, const ReadingRules& rules, base::Instant now) {
  const auto start = trip.meter.start_sequence;
  const auto session = trails.newest_beyond(trip.driver_id, start);
  if (!session) return trip;
  const auto& trail = *trails.find(trip.driver_id, *session);
  const bool origin_is_here = start == 0 || trail.contains(start);
  if (!origin_is_here && !has_waited(trail.upper_bound(start)->second, rules, now)) return trip;
  const auto end = trip.meter.end_sequence;
  trip.session_id = session;
  trip.meter = domain::ride::start_meter(start, last_up_to(trail, start), rules.meter);
  if (end) trip.meter = domain::ride::end_meter(std::move(trip.meter), *end);
  return trip;
}

Meter read(Meter meter, const Trail& trail, const ReadingRules& rules, base::Instant now) {
  for (auto next = trail.upper_bound(meter.last_sequence); next != trail.end(); ++next) {
    const auto& [sequence, footprint] = *next;
    if (meter.end_sequence && sequence > *meter.end_sequence) break;
    const bool gap = sequence != meter.last_sequence + 1;
    if (gap && !has_waited(footprint, rules, now)) break;
    meter = domain::ride::advance(std::move(meter), footprint.position, rules.meter);
  }
  return meter;
}

bool is_given_up(const Trip& trip, const ReadingRules& rules, base::Instant now) {
  return trip.completed_at && now >= *trip.completed_at + rules.meter.final_after;
}

}  // namespace

Trip read_on(Trip trip, const Trails& trails, const ReadingRules& rules, base::Instant now) {
  auto patience = rules;
  if (is_given_up(trip, rules, now)) patience.gap_wait = std::chrono::milliseconds{0};
  if (!trip.session_id) trip = begin(std::move(trip), trails, patience, now);
  if (!trip.session_id) return trip;
  if (const auto* trail = trails.find(trip.driver_id, *trip.session_id)) {
    trip.meter = read(std::move(trip.meter), *trail, patience, now);
  }
  return trip;
}

bool is_final(const Trip& trip, const ReadingRules& rules, base::Instant now) {
  return trip.completed_at &&
         domain::ride::is_final(trip.meter, *trip.completed_at, rules.meter, now);
}

bool is_complete(const Trip& trip) {
  return trip.meter.end_sequence && trip.meter.last_sequence >= *trip.meter.end_sequence;
}

}  // namespace services::location
