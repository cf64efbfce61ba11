#include "platform/http/target.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <ranges>

#include "platform/http/utf8.hpp"

namespace platform::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// "%2f" to "/". Empty when an escape is broken or what comes out is not printable UTF-8.
std::optional<std::string> unescape(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return {};
    plain += static_cast<char>(high << 4 | low);
    i += 2;
  }
  if (std::ranges::any_of(plain, is_control) || !is_utf8(plain)) return {};
  return plain;
}

/// As forms and URLSearchParams write it: "+" is a space.
std::optional<std::string> unescape_query(std::string_view text) {
  std::string spaced{text};
  std::ranges::replace(spaced, '+', ' ');
  return unescape(spaced);
}

bool hides_a_slash(std::string_view raw) {
  return raw.contains("%2f") || raw.contains("%2F") || raw.contains('\\');
}

bool has_dot_segment(std::string_view path) {
  return std::ranges::any_of(path | std::views::split('/'), [](auto segment) {
    const std::string_view text{segment};
    return text == "." || text == "..";
  });
}

std::optional<std::string> decode_path(std::string_view raw) {
  if (hides_a_slash(raw)) return {};
  auto path = unescape(raw);
  if (!path || has_dot_segment(*path)) return {};
  return path;
}

bool decode_query(std::string_view raw, Target& target) {
  for (auto part : raw | std::views::split('&')) {
    const std::string_view pair{part};
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = unescape_query(pair.substr(0, equals));
    auto value = unescape_query(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return false;
    target.query.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

/// Moves the authority of "http://host/path" from `text` to `target`.
void take_authority(std::string_view& text, Target& target) {
  text.remove_prefix(text.find("://") + 3);
  target.authority = text.substr(0, text.find_first_of("/?"));
  text.remove_prefix(target.authority.size());
}

bool is_absolute(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

}  // namespace

std::expected<Target, Fault> parse_target(std::string_view text) {
  const auto refused = std::unexpected(faults::malformed_target);
  Target target;
  if (text == "*") {
    target.path = text;
    return target;
  }
  if (is_absolute(text)) {
    take_authority(text, target);
    if (target.authority.empty()) return refused;
  } else if (!text.starts_with('/')) {
    return refused;
  }
  const auto question = std::min(text.find('?'), text.size());
  auto path = decode_path(text.substr(0, question));
  if (!path || text.contains('#')) return refused;
  if (!decode_query(text.substr(std::min(question + 1, text.size())), target)) return refused;
  target.path = path->empty() ? "/" : std::move(*path);
  return target;
}

}  // namespace platform::http
