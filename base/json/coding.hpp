#pragma once

/// How values of a type are read from JSON, written to it, and described: Coding<T> has
///
///   bool read(const value& from, T& into, const Cursor& at)   false once a problem is recorded
///   value write(const T& from)
///   object schema()                                          JSON Schema, as OpenAPI 3.1 uses it
///
/// A type of another kind than those below can be given a Coding of its own.

#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/json/enums.hpp"
#include "base/json/problem.hpp"
#include "base/json/type_name.hpp"
#include "base/metres.hpp"
#include "base/money.hpp"

namespace base::json {

template <class T>
struct Coding;

template <>
struct Coding<bool> {
  static bool read(const boost::json::value& from, bool& into, const Cursor& at);
  static boost::json::value write(bool from) { return from; }
  static boost::json::object schema();
};

/// As it is: what only the receiver of this member understands.
template <>
struct Coding<boost::json::value> {
  static bool read(const boost::json::value& from, boost::json::value& into, const Cursor&);
  static boost::json::value write(const boost::json::value& from);
  static boost::json::object schema();
};

template <>
struct Coding<std::string> {
  static bool read(const boost::json::value& from, std::string& into, const Cursor& at);
  static boost::json::value write(std::string_view from);
  static boost::json::object schema();
};

/// Any finite number, whole or not.
template <>
struct Coding<double> {
  static bool read(const boost::json::value& from, double& into, const Cursor& at);
  static boost::json::value write(double from);
  static boost::json::object schema();
};

template <>
struct Coding<Metres> : Coding<double> {
  static bool read(const boost::json::value& from, Metres& into, const Cursor& at);
  static boost::json::value write(Metres from);
};

/// RFC 3339; written in UTC with milliseconds.
template <>
struct Coding<Instant> {
  static bool read(const boost::json::value& from, Instant& into, const Cursor& at);
  static boost::json::value write(Instant from);
  static boost::json::object schema();
};

/// "IDR"
template <>
struct Coding<Currency> {
  static bool read(const boost::json::value& from, Currency& into, const Cursor& at);
  static boost::json::value write(Currency from);
  static boost::json::object schema();
};

/// {"amount": 12000, "currency": "IDR"}
template <>
struct Coding<Money> {
  static bool read(const boost::json::value& from, Money& into, const Cursor& at);
  static boost::json::value write(Money from);
  static boost::json::object schema();
};

template <>
struct Coding<Uuid> {
  static bool read(const boost::json::value& from, Uuid& into, const Cursor& at);
  static boost::json::value write(const Uuid& from);
  static boost::json::object schema();
};

template <class Tag>
struct Coding<Id<Tag>> : Coding<Uuid> {
  static bool read(const boost::json::value& from, Id<Tag>& into, const Cursor& at) {
    return Coding<Uuid>::read(from, into.uuid, at);
  }
  static boost::json::value write(const Id<Tag>& from) { return Coding<Uuid>::write(from.uuid); }
};

/// Integers of any width, exactly: 3.0 and 3e0 are refused.
struct IntegerCoding {
  static std::optional<std::int64_t> read(const boost::json::value& from, std::int64_t low,
                                          std::int64_t high, const Cursor& at);
  static boost::json::object schema(std::string_view format);
};

template <std::integral Integer>
  requires(!std::same_as<Integer, bool>)
struct Coding<Integer> : IntegerCoding {
  using Limits = std::numeric_limits<Integer>;
  // JSON's readers keep 53 or 63 bits; nothing of ours counts further.
  static constexpr auto high = static_cast<std::int64_t>(
      std::cmp_less(Limits::max(), INT64_MAX) ? Limits::max() : INT64_MAX);

  static bool read(const boost::json::value& from, Integer& into, const Cursor& at) {
    const auto number = IntegerCoding::read(from, std::int64_t{Limits::min()}, high, at);
    if (number) into = static_cast<Integer>(*number);
    return number.has_value();
  }
  static boost::json::value write(Integer from) { return from; }
  static boost::json::object schema() {
    return IntegerCoding::schema(sizeof(Integer) < sizeof(std::int64_t) ? "int32" : "int64");
  }
};

/// Described enums, by name.
struct EnumCoding {
  static std::optional<std::int64_t> read(const boost::json::value& from,
                                          std::span<const EnumName> names, const Cursor& at);
  static boost::json::object schema(std::string_view title, std::span<const EnumName> names);
};

template <DescribedEnum Enum>
struct Coding<Enum> {
  static bool read(const boost::json::value& from, Enum& into, const Cursor& at) {
    const auto value = EnumCoding::read(from, enum_names<Enum>(), at);
    if (value) into = static_cast<Enum>(*value);
    return value.has_value();
  }
  static boost::json::value write(Enum from) { return Coding<std::string>::write(name_of(from)); }
  static boost::json::object schema() {
    return EnumCoding::schema(type_name<Enum>(), enum_names<Enum>());
  }
};

/// As a member: may be missing or null, and is left out when it is empty.
template <class T>
struct Coding<std::optional<T>> {
  static bool read(const boost::json::value& from, std::optional<T>& into, const Cursor& at) {
    into.reset();
    return from.is_null() || Coding<T>::read(from, into.emplace(), at);
  }
  static boost::json::value write(const std::optional<T>& from) {
    if (!from) return nullptr;
    return Coding<T>::write(*from);
  }
  static boost::json::object schema() { return Coding<T>::schema(); }
};

struct ListCoding {
  static const boost::json::array* read(const boost::json::value& from, const Cursor& at);
  static boost::json::object schema(boost::json::object items);
};

template <class T>
struct Coding<std::vector<T>> {
  static bool read(const boost::json::value& from, std::vector<T>& into, const Cursor& at) {
    const auto* elements = ListCoding::read(from, at);
    if (elements == nullptr) return false;
    bool good = true;
    into.clear();
    into.reserve(elements->size());
    for (const auto& element : *elements) {
      good &= Coding<T>::read(element, into.emplace_back(), at.element(into.size() - 1));
    }
    return good;
  }
  static boost::json::value write(const std::vector<T>& from) {
    boost::json::array elements;
    elements.reserve(from.size());
    for (const auto& element : from) elements.push_back(Coding<T>::write(element));
    return elements;
  }
  static boost::json::object schema() { return ListCoding::schema(Coding<T>::schema()); }
};

struct MapCoding {
  static const boost::json::object* read(const boost::json::value& from, const Cursor& at);
  static boost::json::object schema(boost::json::object values);
};

template <class T>
struct Coding<std::map<std::string, T>> {
  static bool read(const boost::json::value& from, std::map<std::string, T>& into,
                   const Cursor& at) {
    const auto* members = MapCoding::read(from, at);
    if (members == nullptr) return false;
    bool good = true;
    into.clear();
    for (const auto& [key, value] : *members) {
      good &= Coding<T>::read(value, into[std::string{key}], at.member(key));
    }
    return good;
  }
  static boost::json::value write(const std::map<std::string, T>& from) {
    boost::json::object members;
    for (const auto& [key, value] : from) members.emplace(key, Coding<T>::write(value));
    return members;
  }
  static boost::json::object schema() { return MapCoding::schema(Coding<T>::schema()); }
};

}  // namespace base::json
