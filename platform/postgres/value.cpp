#include "platform/postgres/value.hpp"

#include <charconv>
#include <cstdio>

#include "platform/postgres/errors.hpp"

namespace platform::postgres {
namespace {

template <class Number>
std::string shortest(Number value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

template <class Number>
Number number(std::string_view text, std::string_view expected) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) bad_value(text, expected);
  return value;
}

}  // namespace

void bad_value(std::string_view text, std::string_view expected) {
  throw StatementFailed{"the database returned '" + std::string{text} + "' for " +
                        std::string{expected}};
}

std::string to_text(bool value) { return value ? "t" : "f"; }
std::string to_text(double value) { return shortest(value); }
std::string to_text(std::int64_t value) { return shortest(value); }

std::string to_text(base::Instant value) {
  using namespace std::chrono;
  const auto midnight = floor<days>(value);
  const year_month_day date{midnight};
  const hh_mm_ss time{value - midnight};
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d.%06d+00",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
      static_cast<int>(time.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string array_text(const std::vector<std::string>& elements) {
  std::string text = "{";
  for (const auto& element : elements) {
    text += text.size() > 1 ? ",\"" : "\"";
    for (const char c : element) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + "}";
}

template <>
bool from_text<bool>(std::string_view text) {
  if (text != "t" && text != "f") bad_value(text, "a boolean");
  return text == "t";
}

template <>
int from_text<int>(std::string_view text) {
  return number<int>(text, "an integer");
}

template <>
std::int64_t from_text<std::int64_t>(std::string_view text) {
  return number<std::int64_t>(text, "a big integer");
}

template <>
double from_text<double>(std::string_view text) {
  return number<double>(text, "a number");
}

template <>
std::string from_text<std::string>(std::string_view text) {
  return std::string{text};
}

// Sessions are set to UTC and ISO dates: "2026-03-01 08:30:00.25+00".
template <>
base::Instant from_text<base::Instant>(std::string_view text) {
  std::string rfc3339{text};
  if (!rfc3339.ends_with("+00") || rfc3339.size() < 11) bad_value(text, "a time in UTC");
  rfc3339.replace(rfc3339.size() - 3, 3, "Z");
  rfc3339[10] = 'T';
  const auto value = base::parse_rfc3339(rfc3339);
  if (!value) bad_value(text, "a time");
  return *value;
}

template <>
base::Uuid from_text<base::Uuid>(std::string_view text) {
  const auto value = base::Uuid::parse(text);
  if (!value) bad_value(text, "a UUID");
  return *value;
}

}  // namespace platform::postgres
