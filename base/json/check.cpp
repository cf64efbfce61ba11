#include "base/json/check.hpp"

#include <algorithm>
#include <charconv>

namespace base::json {
namespace {

std::string text_of(double number) {
  char text[32];
  const auto end = std::to_chars(std::begin(text), std::end(text), number).ptr;
  return {std::begin(text), end};
}

std::string range_message(std::string_view what, std::string low, std::string high) {
  return std::string{what} + " between " + std::move(low) + " and " + std::move(high);
}

bool is_ascii_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

FieldCheck& FieldCheck::that(bool holds, std::string_view message) {
  if (!holds) place_.refuse(ProblemKind::out_of_range, std::string{message});
  return *this;
}

FieldCheck& FieldCheck::between(double value, double low, double high) {
  if (value >= low && value <= high) return *this;
  return that(false, range_message("must be", text_of(low), text_of(high)));
}

FieldCheck& FieldCheck::text(std::string_view text, std::size_t low, std::size_t high) {
  that(!has_control_characters(text), "must not contain control characters");
  const auto length = count_code_points(text);
  if (length >= low && length <= high) return *this;
  return that(
      false, range_message("must have", std::to_string(low), std::to_string(high)) + " characters");
}

FieldCheck& FieldCheck::size(std::size_t size, std::size_t low, std::size_t high) {
  if (size >= low && size <= high) return *this;
  return that(false,
              range_message("must have", std::to_string(low), std::to_string(high)) + " entries");
}

std::size_t count_code_points(std::string_view text) {
  const auto starts_one = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return static_cast<std::size_t>(std::ranges::count_if(text, starts_one));
}

bool has_control_characters(std::string_view text) {
  if (std::ranges::any_of(text, is_ascii_control)) return true;
  // C1 is U+0080 to U+009F: C2 80 to C2 9F.
  const auto is_c1 = [](char lead, char next) {
    return lead == '\xc2' && static_cast<unsigned char>(next) < 0xa0;
  };
  return std::ranges::adjacent_find(text, is_c1) != text.end();
}

}  // namespace base::json
