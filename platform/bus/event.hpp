#pragma once

#include <cstddef>
#include <string>

#include "base/id.hpp"
#include "base/instant.hpp"

namespace platform::bus {

/// Events of one producer are split by key: those of one shard are applied in order.
inline constexpr unsigned shard_count = 16;

/// So that the answer to a consumer who misses some always has room for one.
inline constexpr std::size_t event_payload_bytes_max = 65'536;

/// Something that has happened and must not be lost. `type` is "match.accepted"; `key` is the
/// request (or user) that it belongs to and decides the shard; `payload` is its JSON.
struct Event {
  base::Uuid id;
  std::string type;
  base::Uuid key;
  std::string payload;
  std::string trace;  ///< W3C traceparent of what caused it; may be empty.
  base::Instant at;   ///< Consumers get it with milliseconds.

  unsigned shard() const { return base::shard_of(key, shard_count); }
};

}  // namespace platform::bus
