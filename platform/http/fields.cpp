#include "platform/http/fields.hpp"

#include <algorithm>
#include <string>

namespace platform::http {
namespace {

constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token_character(char c) {
  const char letter = static_cast<char>(c | 0x20);
  return is_digit(c) || (letter >= 'a' && letter <= 'z') || token_marks.contains(c);
}

bool is_value_character(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

bool add_field(std::string_view line, Headers& headers) {
  const auto colon = std::min(line.find(':'), line.size());
  if (colon == line.size()) return false;
  const auto name = line.substr(0, colon);
  const auto value = without_blanks(line.substr(colon + 1));
  if (!is_token(name) || !std::ranges::all_of(value, is_value_character)) return false;
  headers.add(std::string{name}, std::string{value});
  return true;
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

std::optional<Headers> parse_fields(std::string_view lines) {
  Headers headers;
  while (!lines.empty()) {
    const auto end = lines.find("\r\n");
    if (end == lines.npos || headers.size() == fields_max) return {};
    if (!add_field(lines.substr(0, end), headers)) return {};
    lines.remove_prefix(end + 2);
  }
  return headers;
}

bool has_only_crlf(std::string_view text) {
  for (auto at = text.find_first_of("\r\n"); at != text.npos; at = text.find_first_of("\r\n", at)) {
    const auto pair = text.substr(at, 2);
    if (pair != "\r\n" && pair != "\r") return false;  // a CR at the very end may get its LF yet
    at += pair.size();
  }
  return true;
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 18 || !std::ranges::all_of(text, is_digit)) return {};
  std::uint64_t length = 0;
  for (const char digit : text) length = length * 10 + static_cast<unsigned>(digit - '0');
  return length;
}

}  // namespace platform::http
