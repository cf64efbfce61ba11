#include "domain/ride/silence.hpp"

namespace domain::ride {

SilenceAnswer answer_to_silence(RideState state, base::Instant heard_at, const SilenceRules& rules,
                                base::Instant now) {
  const bool before_the_trip = find_step(state, RideCommand::cancel_by_system) != nullptr;
  const bool during_the_trip = find_step(state, RideCommand::complete_by_system) != nullptr;
  const auto silent_for = now - heard_at;
  if (before_the_trip && silent_for >= rules.cancel_after) return SilenceAnswer::cancel;
  if (during_the_trip && silent_for >= rules.complete_after) return SilenceAnswer::complete;
  const bool live = before_the_trip || during_the_trip;
  if (live && silent_for >= rules.call_operator_after) return SilenceAnswer::call_operator;
  return SilenceAnswer::none;
}

}  // namespace domain::ride
