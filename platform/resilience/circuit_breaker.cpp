#include "platform/resilience/circuit_breaker.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace platform::resilience {

std::optional<CircuitBreaker::Permit> CircuitBreaker::admit(base::Instant now) {
  // A clock that was set back must not keep the breaker open for as long.
  opened_at_ = std::min(opened_at_, now);
  probed_at_ = std::min(probed_at_, now);
  if (state(now) != state_) enter(state(now));
  if (!admits(now)) return {};
  if (state_ == BreakerState::half_open) ++probes_out_;
  return Permit{epoch_};
}

bool CircuitBreaker::admits(base::Instant now) const {
  switch (state(now)) {
    case BreakerState::closed: return true;
    case BreakerState::open: return false;
    case BreakerState::half_open: return probes_out_ + probes_good_ < config_.probes;
  }
  NEBENGJEK_UNREACHABLE("a breaker in no state");
}

void CircuitBreaker::record(Permit permit, Outcome outcome, base::Instant now) {
  if (permit.epoch != epoch_) return;
  if (state_ == BreakerState::half_open) return record_probe(outcome, now);
  if (outcome == Outcome::unknown) return;
  auto& slice = slice_at(now);
  ++(outcome == Outcome::good ? slice.good : slice.bad);
  if (too_many_bad(now)) open(now);
}

void CircuitBreaker::record_probe(Outcome outcome, base::Instant now) {
  --probes_out_;
  probed_at_ = now;
  if (outcome == Outcome::bad) return open(now);
  if (outcome == Outcome::good) ++probes_good_;
  if (probes_good_ == config_.probes) enter(BreakerState::closed);
}

BreakerState CircuitBreaker::state(base::Instant now) const {
  if (now >= forgotten_at()) return BreakerState::closed;
  const bool waited = state_ == BreakerState::open && retry_after(now) == base::Duration{0};
  return waited ? BreakerState::half_open : state_;
}

base::Instant CircuitBreaker::forgotten_at() const {
  if (state_ == BreakerState::closed) return base::Instant::min();
  if (probes_out_ > 0) return base::Instant::max();
  return std::max(opened_at_ + config_.open_for, std::max(opened_at_, probed_at_) + config_.window);
}

base::Duration CircuitBreaker::retry_after(base::Instant now) const {
  if (state_ != BreakerState::open) return base::Duration{0};
  return std::max(base::Duration{0}, opened_at_ + config_.open_for - now);
}

std::int64_t CircuitBreaker::slice_number(base::Instant now) const {
  return now.time_since_epoch() / (base::Duration{config_.window} / slice_count);
}

/// The slice of `now`, emptied if it still holds an older one.
CircuitBreaker::Slice& CircuitBreaker::slice_at(base::Instant now) {
  const auto number = slice_number(now);
  auto& slice = slices_[static_cast<std::size_t>(number % slice_count)];
  if (slice.number != number) slice = {.number = number};
  return slice;
}

bool CircuitBreaker::too_many_bad(base::Instant now) const {
  const auto oldest = slice_number(now) - slice_count + 1;
  int calls = 0;
  int bad = 0;
  for (const auto& slice : slices_) {
    if (slice.number < oldest) continue;
    calls += slice.good + slice.bad;
    bad += slice.bad;
  }
  return calls >= config_.calls_min && bad * 100 >= calls * config_.bad_percent;
}

void CircuitBreaker::open(base::Instant now) {
  opened_at_ = now;
  enter(BreakerState::open);
}

void CircuitBreaker::enter(BreakerState state) {
  state_ = state;
  ++epoch_;
  slices_ = {};
  probes_out_ = 0;
  probes_good_ = 0;
}

}  // namespace platform::resilience
