#include "platform/http/utf8.hpp"

#include <algorithm>
#include <cstddef>

namespace platform::http {
namespace {

/// How a character may begin (RFC 3629): what its first byte is, what its second byte may be, and
/// how many bytes it has.
struct Form {
  unsigned char first_low, first_high;
  unsigned char second_low, second_high;
  std::size_t length;
};

// clang-format off
constexpr Form forms[] = {
    {0x00, 0x7f, 0x00, 0x00, 1},
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
};
// clang-format on

bool between(char c, unsigned char low, unsigned char high) {
  const auto byte = static_cast<unsigned char>(c);
  return low <= byte && byte <= high;
}

bool is_tail(char c) { return between(c, 0x80, 0xbf); }

/// The length of the character that `text` begins with; 0 when it is none.
std::size_t character_length(std::string_view text) {
  for (const auto& form : forms) {
    if (!between(text[0], form.first_low, form.first_high)) continue;
    if (form.length == 1) return 1;
    if (text.size() < form.length || !between(text[1], form.second_low, form.second_high)) return 0;
    return std::ranges::all_of(text.substr(2, form.length - 2), is_tail) ? form.length : 0;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace platform::http
