#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace domain::ride {

/// What people may write beside a decision: at most `size_max` bytes, no control characters.
inline bool is_plain_text(std::string_view text, std::size_t size_max) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  return text.size() <= size_max && std::ranges::none_of(text, is_control);
}

}  // namespace domain::ride
