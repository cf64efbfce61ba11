#include "domain/ride/meter.hpp"

#include <algorithm>

namespace domain::ride {
namespace {

bool is_metered(const Meter& meter, geo::Sequence sequence) {
  const bool after_end = meter.end_sequence && sequence > *meter.end_sequence;
  return sequence > meter.last_sequence && !after_end;
}

bool follows_too_soon(const geo::Position& last, const geo::Position& position,
                      const MeterRules& rules) {
  const auto elapsed = position.at - last.at;
  return elapsed >= base::Duration::zero() && elapsed < rules.interval_min;
}

base::Metres noise(const geo::Position& a, const geo::Position& b, const MeterRules& rules) {
  const double worse = std::max(a.accuracy, b.accuracy).value;
  return std::max(base::Metres{rules.noise_factor * worse}, rules.noise_min);
}

bool has_left(const geo::Position& anchor, const geo::Position& last, const geo::Position& position,
              const MeterRules& rules) {
  const auto is_beyond = [&](const geo::Position& place, double factor) {
    const base::Metres bound{noise(anchor, place, rules).value * factor};
    return geo::distance(anchor.point, place.point) > bound;
  };
  return is_beyond(position, rules.noise_clear) || (is_beyond(position, 1) && is_beyond(last, 1));
}

/// `meter` has an anchor.
void bill(Meter& meter, const geo::Position& position, const MeterRules& rules) {
  if (has_left(*meter.anchor, *meter.last, position, rules)) {
    meter.metres += geo::distance(meter.anchor->point, position.point);
    meter.anchor = position;
  }
  meter.last = position;
}

void measure_from(Meter& meter, const geo::Position& position) {
  meter.last = position;
  meter.anchor = position;
}

void measure(Meter& meter, const geo::Position& position, const MeterRules& rules) {
  if (position.accuracy > rules.track.accuracy_max) return;
  if (!meter.last) return measure_from(meter, position);
  if (follows_too_soon(*meter.last, position, rules)) return;
  switch (geo::judge_movement(*meter.last, position, rules.track)) {
    case geo::Movement::plausible: bill(meter, position, rules); break;
    case geo::Movement::suspicious:
      ++meter.flagged;
      measure_from(meter, position);
      break;
    case geo::Movement::impossible: break;
  }
}

}  // namespace

Meter start_meter(geo::Sequence start_sequence, std::optional<geo::Position> origin,
                  const MeterRules& rules) {
  if (origin && origin->accuracy > rules.track.accuracy_max) origin = {};
  return {.start_sequence = start_sequence,
          .last_sequence = start_sequence,
          .last = origin,
          .anchor = origin,
          .metres = {}};
}

Meter end_meter(Meter meter, geo::Sequence end_sequence) {
  meter.end_sequence = end_sequence;
  return meter;
}

Meter advance(Meter meter, const geo::Position& position, const MeterRules& rules) {
  if (!is_metered(meter, position.sequence)) return meter;
  meter.last_sequence = position.sequence;
  measure(meter, position, rules);
  return meter;
}

Meter advance(Meter meter, std::span<const geo::Position> positions, const MeterRules& rules) {
  for (const auto& position : positions) meter = advance(std::move(meter), position, rules);
  return meter;
}

bool is_final(const Meter& meter, base::Instant completed_at, const MeterRules& rules,
              base::Instant now) {
  const bool read_to_end = meter.end_sequence && meter.last_sequence >= *meter.end_sequence;
  return read_to_end || now >= completed_at + rules.final_after;
}

}  // namespace domain::ride
