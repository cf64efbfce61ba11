#pragma once

/// Positions on their way from sockets to location: collected for a few milliseconds, sent as one
/// signal. Their loss is harmless, since the phone keeps what it was not told is metered.

#include <memory>
#include <vector>

#include "contracts/location.hpp"
#include "services/binding/presence.hpp"
#include "services/users/config.hpp"

namespace services::users::edge {

class PositionOutbox {
 public:
  virtual ~PositionOutbox() = default;

  /// Takes the fixes if location can be heard; false tells the phone to keep them.
  virtual bool add(std::vector<contracts::UserFix> fixes) = 0;
};

std::unique_ptr<PositionOutbox> make_position_outbox(const binding::Environment& environment,
                                                     const UsersConfig& config,
                                                     const binding::Presence& presence);

}  // namespace services::users::edge
