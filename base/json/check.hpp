#pragma once

/// Constraints on the members of a described struct. Beside the struct, in its namespace, stands
///
///   void check(const Place& place, base::json::Check& check) {
///     check.field("latitude").between(place.latitude, -90, 90);
///     if (place.label) check.field("label").text(*place.label, 0, 120);
///   }
///
/// and `decode` calls it once all members have been read. Members that are structs have been
/// checked by their own `check` before. `schema_of` calls it too, with every optional member set,
/// to write down what it asks: so the schema states the same rules, and a check asks the same of
/// every value.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json/problem.hpp"
#include "base/json/rules.hpp"

namespace base::json {

class FieldCheck {
 public:
  FieldCheck(const Cursor& place, Rules* rules) : place_(place), rules_(rules) {}

  /// `message` says what must be, as in "must be after starts_at".
  FieldCheck& that(bool holds, std::string_view message);

  /// Both ends are allowed.
  FieldCheck& between(double value, double low, double high);

  /// Free text: between `low` and `high` Unicode code points, none of which is a control character
  /// (C0, DEL, C1).
  FieldCheck& text(std::string_view text, std::size_t low, std::size_t high);

  /// So many of 0 to 9, and nothing else.
  FieldCheck& digits(std::string_view text, std::size_t count);

  /// A list or map of between `low` and `high` entries.
  FieldCheck& size(std::size_t size, std::size_t low, std::size_t high);

 private:
  void judge(bool holds, std::string message) const;
  bool writes_down(boost::json::object keywords) const;

  Cursor place_;
  Rules* rules_;
};

class Check {
 public:
  explicit Check(const Cursor& place) : place_(place) {}

  /// Refuses nothing, and writes down what is asked of each member.
  Check(const Cursor& place, Rules& rules) : place_(place), rules_(&rules) {}

  /// The member `name`; it must be a literal or outlive the expression.
  FieldCheck field(std::string_view name) const { return {place_.member(name), rules_}; }

 private:
  Cursor place_;
  Rules* rules_ = nullptr;
};

/// Of valid UTF-8.
std::size_t count_code_points(std::string_view text);

bool has_control_characters(std::string_view text);

}  // namespace base::json
