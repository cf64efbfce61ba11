#pragma once

/// NATS subjects that are neither an operation's nor the event log's: signals, of which the next
/// replaces the last.

#include <string>
#include <string_view>

#include "domain/ids.hpp"

namespace contracts::subjects {

/// PositionBatch, from the edge to every location instance.
inline constexpr std::string_view positions = "signals.positions";

/// MeterReading, from location to one rides instance, which makes a running fare of it.
inline constexpr std::string_view meters = "signals.meters";

/// Empty, among the instances of match: who waits or who is free may have changed.
inline constexpr std::string_view match_wake = "signals.match.wake";

/// Empty, twice a second from each instance of a service that serves.
inline std::string alive(std::string_view service) {
  return "signals.alive." + std::string{service};
}

/// A frame for one user, to whichever edge has the user's socket.
inline std::string user(domain::UserId user_id) { return "signals.users." + user_id.text(); }

/// SessionChanged, to every edge that has a socket of the session.
inline std::string session_changed(domain::SessionId session_id) {
  return "signals.sessions." + session_id.text();
}

}  // namespace contracts::subjects
