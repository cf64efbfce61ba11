#pragma once

/// The names that the parts of the bus know each other by.

#include <string>

#include "platform/bus/event.hpp"

namespace platform::bus {

inline std::string stream_of(const std::string& service) { return "EVENTS_" + service; }

/// "events.match.": what follows is the shard, a dot, and the type.
inline std::string events_prefix(const std::string& service) { return "events." + service + '.'; }
inline std::string event_subject(const std::string& service, const Event& event) {
  return events_prefix(service) + std::to_string(event.shard()) + '.' + event.type;
}
inline std::string shard_subjects(const std::string& service, unsigned shard) {
  return events_prefix(service) + std::to_string(shard) + ".>";
}

/// Heads, once a second.
inline std::string heads_subject(const std::string& service) { return "heads." + service; }

/// MissingEvents in, FoundEvents out.
inline std::string outbox_subject(const std::string& service) { return "outbox." + service; }

/// From an instance that has committed events to the one that leads the relay.
inline std::string wake_subject(const std::string& service) { return "wake." + service; }

/// Each dead letter, for whoever watches.
inline std::string dead_letters_subject(const std::string& service) { return "dlq." + service; }

}  // namespace platform::bus
