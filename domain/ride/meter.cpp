#include "domain/ride/meter.hpp"

#include <algorithm>

namespace domain::ride {
namespace {

bool is_metered(const Meter& meter, geo::Sequence sequence) {
  const bool after_end = meter.end_sequence && sequence > *meter.end_sequence;
  return sequence > meter.last_sequence && !after_end;
}

bool follows_too_soon(const Meter& meter, const geo::Position& position, const MeterRules& rules) {
  if (!meter.last) return false;
  const auto elapsed = position.at - meter.last->at;
  return elapsed >= base::Duration::zero() && elapsed < rules.interval_min;
}

geo::Movement movement_to(const Meter& meter, const geo::Position& position,
                          const MeterRules& rules) {
  if (!meter.last) return geo::Movement::plausible;
  return geo::judge_movement(*meter.last, position, rules.track);
}

base::Metres noise(const geo::Position& a, const geo::Position& b, const MeterRules& rules) {
  const double worse = std::max(a.accuracy, b.accuracy).value;
  return std::clamp(base::Metres{rules.noise_factor * worse}, rules.noise_min, rules.noise_max);
}

void bill(Meter& meter, const geo::Position& position, const MeterRules& rules) {
  meter.last = position;
  if (meter.anchor) {
    const auto way = geo::distance(meter.anchor->point, position.point);
    if (way <= noise(*meter.anchor, position, rules)) return;
    meter.metres += way;
  }
  meter.anchor = position;
}

void flag(Meter& meter, const geo::Position& position) {
  ++meter.flagged;
  meter.last = position;
  meter.anchor = position;
}

}  // namespace

Meter start_meter(geo::Sequence start_sequence, const std::optional<geo::Position>& origin) {
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
  if (position.accuracy > rules.track.accuracy_max) return meter;
  if (follows_too_soon(meter, position, rules)) return meter;
  switch (movement_to(meter, position, rules)) {
    case geo::Movement::plausible: bill(meter, position, rules); break;
    case geo::Movement::suspicious: flag(meter, position); break;
    case geo::Movement::impossible: break;
  }
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
