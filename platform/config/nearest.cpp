#include "platform/config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "platform/config/spelling.hpp"

namespace platform::config {
namespace {

/// One error in three characters of the name is still a typing error.
bool is_near(std::size_t distance, std::string_view path) {
  return distance * 3 <= name_of(path).size();
}

std::size_t distance_between(std::string_view path, std::string_view key) {
  if (name_of(path) == name_of(key)) return std::min<std::size_t>(1, edit_distance(path, key));
  return edit_distance(path, key);
}

}  // namespace

std::string nearest(std::string_view path, const Keys& keys) {
  const auto distance = [path](const Key& key) { return distance_between(path, key.path); };
  const auto best = std::ranges::min_element(keys.all(), {}, distance);
  if (best == keys.all().end() || !is_near(distance(*best), path)) return {};
  return best->path;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

}  // namespace platform::config
