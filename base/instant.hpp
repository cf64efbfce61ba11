#pragma once

/// Points in time and their text. An Instant is UTC with the microsecond that PostgreSQL keeps.
/// Nothing here reads a clock: time arrives as an argument.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

using Duration = std::chrono::microseconds;
using Instant = std::chrono::sys_time<Duration>;

/// RFC 3339 in UTC, with milliseconds: "2026-03-01T08:30:00.250Z". Years 0001 to 9999.
std::string to_rfc3339(Instant at);

/// Reads RFC 3339 with any offset and up to nine fraction digits (beyond the microsecond they are
/// dropped). Empty on anything else, including dates that don't exist and leap seconds.
std::optional<Instant> parse_rfc3339(std::string_view text);

/// Whole milliseconds since 1970-01-01T00:00:00Z.
constexpr std::int64_t unix_ms(Instant at) {
  return std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
}

constexpr Instant from_unix_ms(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

/// Whole microseconds since 1970-01-01T00:00:00Z.
constexpr std::int64_t unix_us(Instant at) { return at.time_since_epoch().count(); }

constexpr Instant from_unix_us(std::int64_t us) { return Instant{Duration{us}}; }

}  // namespace base
