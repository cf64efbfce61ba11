#pragma once

#include <string>
#include <string_view>

#include "platform/config/keys.hpp"

namespace platform::config {

/// The key that was probably meant by `path`: few typing errors away, or of the same name in
/// another section. Empty when none is near.
std::string nearest(std::string_view path, const Keys& keys);

/// Insertions, deletions and replacements of one character between two texts (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace platform::config
