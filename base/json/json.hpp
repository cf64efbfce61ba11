#pragma once

/// JSON to and from described structs.
///
///   struct Place {
///     double latitude = 0;
///     double longitude = 0;
///     std::optional<std::string> label;   // only optional members may be missing
///   };
///   BOOST_DESCRIBE_STRUCT(Place, (), (latitude, longitude, label))
///
///   auto value = parse(body);                       // ParseFault: not JSON, or ambiguous
///   auto place = decode<Place>(*value, Unknown::refuse);     // Problems: all that is wrong
///   std::string text = to_text(*place);
///
/// See coding.hpp for the types that a member may have, and check.hpp for constraints.

#include <expected>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/json/check.hpp"
#include "base/json/coding.hpp"
#include "base/json/parse.hpp"
#include "base/json/problem.hpp"
#include "base/json/record.hpp"
#include "base/json/serialize.hpp"

namespace base::json {

/// Reads `value` as a T and collects whatever is wrong with it.
template <class T>
std::expected<T, Problems> decode(const boost::json::value& value,
                                  Unknown unknown = Unknown::refuse) {
  Problems problems;
  T result{};
  Coding<T>::read(value, result, Cursor{problems, unknown});
  if (!problems.empty()) return std::unexpected{std::move(problems)};
  return result;
}

/// Parses and decodes what another part of this system wrote: unknown members are ignored, because
/// a newer release may have added them. The error is a sentence for a log or a dead letter.
template <class T>
std::expected<T, std::string> from_text(std::string_view text) {
  const auto value = parse(text);
  if (!value) return std::unexpected{to_string(value.error())};
  auto result = decode<T>(*value, Unknown::ignore);
  if (!result) return std::unexpected{to_string(result.error())};
  return *std::move(result);
}

template <class T>
boost::json::value encode(const T& from) {
  return Coding<T>::write(from);
}

/// Compact JSON.
template <class T>
std::string to_text(const T& from) {
  return serialized(encode(from));
}

/// A description of T in the terms of JSON Schema: type, properties, required, enum, format, items,
/// additionalProperties, and what `check` asks: minimum, maxLength and so on. The title of a struct
/// or enum is its name.
template <class T>
boost::json::object schema_of() {
  return Coding<T>::schema();
}

}  // namespace base::json
