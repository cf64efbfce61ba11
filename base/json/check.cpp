#include "base/json/check.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/json/serialize.hpp"

namespace base::json {
namespace {

/// Whole numbers as such: they are written without an exponent.
boost::json::value number_of(double number) {
  constexpr double exact_max = 1e15;
  if (std::trunc(number) == number && std::abs(number) <= exact_max) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

std::string text_of(double number) { return serialized(number_of(number)); }

std::string range_message(std::string_view what, std::string low, std::string high) {
  return std::string{what} + " between " + std::move(low) + " and " + std::move(high);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_ascii_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

FieldCheck& FieldCheck::that(bool holds, std::string_view message) {
  if (rules_ != nullptr) {
    rules_->push_back({.path = place_.path(), .keywords = {}, .sentence = std::string{message}});
  } else if (!holds) {
    judge(holds, std::string{message});
  }
  return *this;
}

FieldCheck& FieldCheck::between(double value, double low, double high) {
  if (rules_ != nullptr) {
    writes_down({{"minimum", number_of(low)}, {"maximum", number_of(high)}});
  } else if (value < low || value > high) {
    judge(false, range_message("must be", text_of(low), text_of(high)));
  }
  return *this;
}

FieldCheck& FieldCheck::text(std::string_view text, std::size_t low, std::size_t high) {
  if (rules_ != nullptr) {
    writes_down({{"minLength", low}, {"maxLength", high}});
    return *this;
  }
  if (has_control_characters(text)) judge(false, "must not contain control characters");
  const auto length = count_code_points(text);
  if (length < low || length > high) {
    judge(false,
          range_message("must have", std::to_string(low), std::to_string(high)) + " characters");
  }
  return *this;
}

FieldCheck& FieldCheck::digits(std::string_view text, std::size_t count) {
  if (rules_ != nullptr) {
    writes_down({{"pattern", "^[0-9]{" + std::to_string(count) + "}$"}});
  } else if (text.size() != count || !std::ranges::all_of(text, is_digit)) {
    judge(false, "must be " + std::to_string(count) + " digits");
  }
  return *this;
}

FieldCheck& FieldCheck::size(std::size_t size, std::size_t low, std::size_t high) {
  if (rules_ != nullptr) {
    writes_down({{"minItems", low}, {"maxItems", high}});
  } else if (size < low || size > high) {
    judge(false,
          range_message("must have", std::to_string(low), std::to_string(high)) + " entries");
  }
  return *this;
}

void FieldCheck::judge(bool holds, std::string message) const {
  if (!holds) place_.refuse(ProblemKind::out_of_range, std::move(message));
}

/// Whether rules are being written down, of which this is one.
bool FieldCheck::writes_down(boost::json::object keywords) const {
  if (rules_ == nullptr) return false;
  rules_->push_back({.path = place_.path(), .keywords = std::move(keywords), .sentence = {}});
  return true;
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
