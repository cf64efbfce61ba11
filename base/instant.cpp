#include "base/instant.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace base {
namespace {

using namespace std::chrono;

/// Takes `digits` decimal digits off the front of `text`; -1 when they are not there.
int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<year_month_day> take_date(std::string_view& text) {
  const int y = take_number(text, 4);
  if (y < 1 || !take(text, '-')) return {};
  const int m = take_number(text, 2);
  if (m < 1 || !take(text, '-')) return {};
  const int d = take_number(text, 2);
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)},
                            day{static_cast<unsigned>(d)}};
  if (d < 1 || !date.ok()) return {};
  return date;
}

std::optional<Duration> take_time_of_day(std::string_view& text) {
  const int h = take_number(text, 2);
  if (h < 0 || h > 23 || !take(text, ':')) return {};
  const int m = take_number(text, 2);
  if (m < 0 || m > 59 || !take(text, ':')) return {};
  const int s = take_number(text, 2);
  if (s < 0 || s > 59) return {};
  return hours{h} + minutes{m} + seconds{s};
}

std::optional<Duration> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return Duration{0};
  std::int64_t micros = 0;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    if (digits++ < 6) micros = micros * 10 + (text.front() - '0');
  }
  if (digits == 0 || digits > 9) return {};
  for (; digits < 6; ++digits) micros *= 10;
  return Duration{micros};
}

std::optional<Duration> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return Duration{0};
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return {};
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  const int h = take_number(text, 2);
  if (h < 0 || h > 23 || !take(text, ':')) return {};
  const int m = take_number(text, 2);
  if (m < 0 || m > 59) return {};
  return sign * (hours{h} + minutes{m});
}

}  // namespace

std::string to_rfc3339(Instant at) {
  const auto midnight = floor<days>(at);
  const year_month_day date{midnight};
  const hh_mm_ss time{floor<milliseconds>(at - midnight)};
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
      static_cast<int>(time.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  const auto date = take_date(text);
  if (!date || text.empty() || (text.front() != 'T' && text.front() != 't')) return {};
  text.remove_prefix(1);
  const auto time = take_time_of_day(text);
  if (!time) return {};
  const auto fraction = take_fraction(text);
  if (!fraction) return {};
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return {};
  return Instant{sys_days{*date}.time_since_epoch() + *time + *fraction - *offset};
}

}  // namespace base
