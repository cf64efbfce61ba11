#pragma once

/// Values between C++ and PostgreSQL's text format. One pair of functions a type: to_text and
/// from_text, found by overload; a described enum is its enumerator's name.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include "base/id.hpp"
#include "base/instant.hpp"

namespace platform::postgres {

/// NULL is the empty optional.
using Text = std::optional<std::string>;

std::string to_text(bool value);
std::string to_text(double value);
std::string to_text(std::int64_t value);
std::string to_text(base::Instant value);
inline std::string to_text(int value) { return to_text(std::int64_t{value}); }
inline std::string to_text(unsigned value) { return to_text(std::int64_t{value}); }
inline std::string to_text(const std::string& value) { return value; }
inline std::string to_text(std::string_view value) { return std::string{value}; }
inline std::string to_text(const char* value) { return value; }
inline std::string to_text(const base::Uuid& value) { return value.text(); }
template <class Tag>
std::string to_text(const base::Id<Tag>& value) {
  return value.text();
}
template <class Enum>
  requires std::is_enum_v<Enum>
std::string to_text(Enum value) {
  return boost::describe::enum_to_string(value, "");
}
/// An array: '{"a","b"}'.
std::string array_text(const std::vector<std::string>& elements);
template <class T>
std::string to_text(const std::vector<T>& values) {
  std::vector<std::string> elements;
  for (const auto& value : values) elements.push_back(to_text(value));
  return array_text(elements);
}

template <class T>
Text to_nullable(const T& value) {
  return to_text(value);
}
template <class T>
Text to_nullable(const std::optional<T>& value) {
  if (!value) return {};
  return to_text(*value);
}
inline Text to_nullable(std::nullopt_t) { return {}; }

/// Reads a T; throws StatementFailed when the text is not one.
template <class T>
T from_text(std::string_view text);

template <>
bool from_text<bool>(std::string_view text);
template <>
int from_text<int>(std::string_view text);
template <>
std::int64_t from_text<std::int64_t>(std::string_view text);
template <>
double from_text<double>(std::string_view text);
template <>
std::string from_text<std::string>(std::string_view text);
template <>
base::Instant from_text<base::Instant>(std::string_view text);
template <>
base::Uuid from_text<base::Uuid>(std::string_view text);

[[noreturn]] void bad_value(std::string_view text, std::string_view expected);

template <class T>
  requires std::is_enum_v<T>
T enum_from_text(std::string_view text) {
  T value{};
  if (!boost::describe::enum_from_string(std::string{text}.c_str(), value)) {
    bad_value(text, "an enumerator");
  }
  return value;
}

namespace detail {
template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<base::Id<Tag>> = true;
}  // namespace detail

/// What a column gives back as T: ids, enums and the types above.
template <class T>
T read_value(std::string_view text) {
  if constexpr (detail::is_id<T>) {
    return T{from_text<base::Uuid>(text)};
  } else if constexpr (std::is_enum_v<T>) {
    return enum_from_text<T>(text);
  } else {
    return from_text<T>(text);
  }
}

}  // namespace platform::postgres
