#pragma once

/// Described structs (BOOST_DESCRIBE_STRUCT) as JSON objects. Each member's type is erased into a
/// row of functions, so that the loops over members are compiled once, for all structs.

#include <array>
#include <span>
#include <type_traits>

#include <boost/describe/members.hpp>

#include "base/json/check.hpp"
#include "base/json/coding.hpp"
#include "base/json/type_name.hpp"

namespace base::json {

template <class T>
concept Described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

/// A struct with constraints: see check.hpp.
template <class T>
concept Checked = requires(const T& object, Check& constraints) { check(object, constraints); };

struct MemberCoding {
  std::string_view name;
  bool optional = false;
  bool (*read)(const boost::json::value& from, void* object, const Cursor& at) = nullptr;
  /// An empty optional comes out as null.
  boost::json::value (*write)(const void* object) = nullptr;
  boost::json::object (*schema)() = nullptr;
  void (*set)(void* object) = nullptr;  ///< Gives an optional member a value; null for others.
};

/// What the templates below share. A member that is absent from the object keeps its default.
struct RecordCoding {
  static bool read(const boost::json::value& from, void* object,
                   std::span<const MemberCoding> members, const Cursor& at);
  static boost::json::value write(const void* object, std::span<const MemberCoding> members);
  static boost::json::object schema(std::string_view title, std::span<const MemberCoding> members);
  /// Gives every optional member a value.
  static void set_all(void* object, std::span<const MemberCoding> members);
};

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class Record, auto Pointer>
constexpr auto setter() -> void (*)(void*) {
  using Member = std::remove_cvref_t<decltype(std::declval<Record&>().*Pointer)>;
  if constexpr (is_optional<Member>) {
    return [](void* object) { (static_cast<Record*>(object)->*Pointer).emplace(); };
  } else {
    return nullptr;
  }
}

template <class Record, auto Pointer>
constexpr MemberCoding member_coding(std::string_view name) {
  using Member = std::remove_cvref_t<decltype(std::declval<Record&>().*Pointer)>;
  return {
      .name = name,
      .optional = is_optional<Member>,
      .read =
          [](const boost::json::value& from, void* object, const Cursor& at) {
            return Coding<Member>::read(from, static_cast<Record*>(object)->*Pointer, at);
          },
      .write =
          [](const void* object) {
            return Coding<Member>::write(static_cast<const Record*>(object)->*Pointer);
          },
      .schema = &Coding<Member>::schema,
      .set = setter<Record, Pointer>(),
  };
}

template <class Record, template <class...> class List, class... Descriptors>
constexpr std::array<MemberCoding, sizeof...(Descriptors)> member_codings(List<Descriptors...>) {
  return {member_coding<Record, Descriptors::pointer>(Descriptors::name)...};
}

template <class Record>
using MembersOf = boost::describe::describe_members<Record, boost::describe::mod_public |
                                                                boost::describe::mod_inherited>;

template <class Record>
inline constexpr auto members = member_codings<Record>(MembersOf<Record>{});

template <Checked Record>
Rules rules_of() {
  Record object{};
  RecordCoding::set_all(&object, members<Record>);
  Problems none;
  Rules rules;
  Check constraints{Cursor{none, Unknown::ignore}, rules};
  check(object, constraints);
  return rules;
}

}  // namespace detail

template <Described Record>
struct Coding<Record> {
  static bool read(const boost::json::value& from, Record& into, const Cursor& at) {
    if (!RecordCoding::read(from, &into, detail::members<Record>, at)) return false;
    if constexpr (Checked<Record>) {
      Check constraints{at};
      check(into, constraints);
    }
    return true;
  }
  static boost::json::value write(const Record& from) {
    return RecordCoding::write(&from, detail::members<Record>);
  }
  static boost::json::object schema() {
    auto schema = RecordCoding::schema(type_name<Record>(), detail::members<Record>);
    if constexpr (Checked<Record>) add_rules(detail::rules_of<Record>(), schema);
    return schema;
  }
};

}  // namespace base::json
