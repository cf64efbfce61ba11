#pragma once

/// An event with its place in the order of its shard, and the forms in which it travels: as a
/// message of the stream, and as a row that a consumer asks the producer for.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "platform/bus/connection.hpp"
#include "platform/bus/event.hpp"
#include "platform/postgres/session.hpp"

namespace platform::bus {

/// Positions of a shard are 1, 2, 3 ... without holes.
struct Numbered {
  std::int64_t position = 0;
  Event event;
};

/// Reads the columns position, event_id, type, key, payload, trace, at.
Numbered numbered_of(const postgres::Row& row);

/// As it is published by `service`.
Message to_message(const std::string& service, const Numbered& numbered);

/// Empty when the message was not made by `to_message`.
std::optional<Numbered> from_message(const std::string& service, const Message& message);

/// "Which events of this shard come after that position? At most so many."
struct MissingEvents {
  unsigned shard = 0;
  std::int64_t after = 0;
  unsigned limit = 0;
};
BOOST_DESCRIBE_STRUCT(MissingEvents, (), (shard, after, limit))

struct FoundEvent {
  std::int64_t position = 0;
  base::Uuid id;
  std::string type;
  base::Uuid key;
  std::string payload;
  std::string trace;
  base::Instant at;
};
BOOST_DESCRIBE_STRUCT(FoundEvent, (), (position, id, type, key, payload, trace, at))

/// In the order of their positions, as many as fit in a message.
struct FoundEvents {
  std::vector<FoundEvent> events;
};
BOOST_DESCRIBE_STRUCT(FoundEvents, (), (events))

FoundEvent to_found(Numbered numbered);
Numbered from_found(FoundEvent found);

/// The last position of each shard.
struct Heads {
  std::vector<std::int64_t> positions;
};
BOOST_DESCRIBE_STRUCT(Heads, (), (positions))

}  // namespace platform::bus
