#include "platform/telemetry/log_line.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/json/enums.hpp"

namespace platform::telemetry {
namespace {

using base::json::name_of;

constexpr char32_t replacement = 0xfffd;

constexpr std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

constexpr bool is_valid(char32_t point, std::size_t length) {
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  return point >= smallest[length] && point <= 0x10ffff && !surrogate;
}

/// Takes one code point off the front of `text`; a byte that starts none becomes U+FFFD.
char32_t take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const auto length = sequence_length(lead);
  char32_t point = length == 1 ? lead : lead & (0x7f >> length);
  bool whole = length > 0 && text.size() >= length;
  for (std::size_t i = 1; whole && i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    whole = (next & 0xc0) == 0x80;
    point = point << 6 | (next & 0x3f);
  }
  whole = whole && is_valid(point, length);
  text.remove_prefix(whole ? length : 1);
  return whole ? point : replacement;
}

constexpr bool is_control(char32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

void append_escaped(std::string& line, char32_t point) {
  switch (point) {
    case '"': line += "\\\""; break;
    case '\\': line += "\\\\"; break;
    case '\b': line += "\\b"; break;
    case '\f': line += "\\f"; break;
    case '\n': line += "\\n"; break;
    case '\r': line += "\\r"; break;
    case '\t': line += "\\t"; break;
    default: fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned>(point));
  }
}

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  while (!text.empty()) {
    const auto rest = text;
    const char32_t point = take_code_point(text);
    if (is_control(point) || point == '"' || point == '\\') {
      append_escaped(line, point);
    } else if (point == replacement) {
      line += "\xef\xbf\xbd";
    } else {
      line += rest.substr(0, rest.size() - text.size());
    }
  }
  line += '"';
}

bool is_plain(std::string_view text) {
  const auto plain = [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
  };
  return !text.empty() && std::ranges::all_of(text, plain);
}

/// Appends what a field holds; texts without quotes where the format allows that.
struct ValueWriter {
  std::string& line;
  bool plain_allowed;

  void operator()(std::monostate) const {}
  void operator()(const std::string& text) const {
    if (plain_allowed && is_plain(text))
      line += text;
    else
      append_quoted(line, text);
  }
  void operator()(double number) const {
    line += std::isfinite(number) ? fmt::format("{}", number) : "null";
  }
  void operator()(auto value) const { fmt::format_to(std::back_inserter(line), "{}", value); }
};

bool is_absent(const Field& field) { return std::holds_alternative<std::monostate>(field.value); }

void append_member(std::string& line, const Field& field) {
  if (is_absent(field)) return;
  line += ',';
  append_quoted(line, field.name);
  line += ':';
  std::visit(ValueWriter{line, false}, field.value);
}

void append_pair(std::string& line, const Field& field) {
  if (is_absent(field)) return;
  fmt::format_to(std::back_inserter(line), " {}=", field.name);
  std::visit(ValueWriter{line, true}, field.value);
}

}  // namespace

std::string json_log_line(Level level, std::string_view event, const Origin& origin,
                          std::span<const Field> fields) {
  std::string line = fmt::format(R"("level":"{}","event":)", name_of(level));
  append_quoted(line, event);
  if (!origin.role.empty()) {
    append_member(line, {"role", origin.role});
    append_member(line, {"instance", origin.instance});
  }
  for (const auto& field : fields) append_member(line, field);
  return line;
}

std::string text_log_line(Level level, std::string_view event, const Origin& origin,
                          std::span<const Field> fields) {
  std::string line = fmt::format("{:<5} {:<9} {}", name_of(level), origin.role, event);
  for (const auto& field : fields) append_pair(line, field);
  return line;
}

std::string in_quotes(std::string_view text) {
  std::string line;
  append_quoted(line, text);
  return line;
}

}  // namespace platform::telemetry
