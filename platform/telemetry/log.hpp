#pragma once

/// Structured logs: one line on stderr per event, with a stable event name and named fields. In
/// production a line is a JSON object; at a terminal it is text for people.
/// Never pass codes, tokens, full MSISDNs or exact positions of people.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include <boost/describe/enum.hpp>

namespace platform::telemetry {

enum class Level : std::uint8_t { debug, info, warn, error };
BOOST_DESCRIBE_ENUM(Level, debug, info, warn, error)

enum class LogFormat : std::uint8_t { json, text };
BOOST_DESCRIBE_ENUM(LogFormat, json, text)

using FieldValue =
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string>;

template <class T>
FieldValue field_value(const T& what) {
  if constexpr (std::same_as<T, bool> || std::same_as<T, FieldValue>)
    return what;
  else if constexpr (std::signed_integral<T>)
    return std::int64_t{what};
  else if constexpr (std::unsigned_integral<T>)
    return std::uint64_t{what};
  else if constexpr (std::floating_point<T>)
    return double{what};
  else if constexpr (std::convertible_to<T, std::string_view>)
    return std::string{std::string_view{what}};
  else
    return what.text();
}

/// A value under a name, written as {"rides", 12}: a bool, any integer, a double, a text, or
/// whatever has a text(), as ids have. With std::monostate nothing is written.
struct Field {
  template <class T>
  Field(std::string_view member, const T& what);

  std::string_view name;
  FieldValue value;
};

template <class T>
Field::Field(std::string_view member, const T& what) : name(member), value(field_value(what)) {}

/// The trace that a line belongs to, from a W3C traceparent: {"trace_id": "4bf9..."}. It is passed
/// by hand, because coroutines of many requests take turns on one thread. Writes nothing when
/// `traceparent` is empty or malformed.
Field trace(std::string_view traceparent);

struct LogConfig {
  Level level = Level::info;
  LogFormat format = LogFormat::json;
};

/// Called once, before there are threads; until then lines of info and above go out as JSON, each
/// written by its caller. Afterwards a thread of its own writes them: when stderr is slower than
/// the callers, the oldest waiting lines are dropped and counted (see log_lines_dropped).
void configure_logging(const LogConfig& config);

/// Names this thread in all its lines: {"role": "rides", "instance": "rides-3f9c-0"}.
void log_as(std::string role, std::string instance);

/// Lines lost because stderr was too slow.
std::uint64_t log_lines_dropped();

/// Writes one line when `level` is at least the configured one. The time, and the role and instance
/// of this thread, are added by themselves.
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::info, event, fields);
}
inline void warn(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::warn, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::error, event, fields);
}

}  // namespace platform::telemetry
