#pragma once

/// What is done about a ride whose driver's phone has fallen silent: an operator is called first,
/// and in the end the ride is ended without anybody, so that none stays open for ever.

#include <cstdint>

#include <boost/describe/enum.hpp>

#include "domain/ride/lifecycle.hpp"

namespace domain::ride {

enum class SilenceAnswer : std::uint8_t {
  none,
  call_operator,
  cancel,    ///< Before the trip: the passenger searches again.
  complete,  ///< During the trip: it ends where its meter stands.
};
BOOST_DESCRIBE_ENUM(SilenceAnswer, none, call_operator, cancel, complete)

/// All from when the driver was last heard of.
struct SilenceRules {
  base::Duration call_operator_after = std::chrono::minutes{30};
  base::Duration cancel_after = std::chrono::minutes{45};
  base::Duration complete_after = std::chrono::hours{3};
};

SilenceAnswer answer_to_silence(RideState state, base::Instant heard_at, const SilenceRules& rules,
                                base::Instant now);

}  // namespace domain::ride
