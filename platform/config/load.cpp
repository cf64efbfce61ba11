#include "platform/config/load.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>

#include "platform/config/assign.hpp"
#include "platform/config/nearest.hpp"
#include "platform/config/spelling.hpp"

namespace platform::config {
namespace {

constexpr std::string_view file_suffix = "_file";

/// Of two entries with one path the later counts.
const Entry* find(const Document& document, std::string_view path) {
  const auto newest_first = std::views::reverse(document.entries);
  const auto found = std::ranges::find(newest_first, path, &Entry::path);
  return found == newest_first.end() ? nullptr : &*found;
}

std::string refusal(const Key& key, const Entry& entry, const Value& value) {
  const auto sentence = entry.place + ": " + entry.path + " must be " + expectation(key);
  return key.secret ? sentence : sentence + ", not " + given(value);
}

bool is_in(std::string_view path, std::string_view table) {
  return path.size() > table.size() && path.starts_with(table) && path[table.size()] == '.';
}

/// What the operator gives replaces the default table as a whole.
void set_lists(const Document& document, const Key& key, Lists& lists, Problems& problems) {
  Lists given_lists;
  for (const auto& entry : document.entries) {
    const auto value = typed(entry.value, key.target);
    if (entry.path == key.path) problems.push_back(refusal(key, entry, value));
    if (!is_in(entry.path, key.path)) continue;
    const auto* list = std::get_if<List>(&value);
    if (list == nullptr) {
      problems.push_back(entry.place + ": " + entry.path + " must be a list of texts");
    } else {
      given_lists[entry.path.substr(key.path.size() + 1)] = *list;
    }
  }
  if (!given_lists.empty()) lists = std::move(given_lists);
}

std::optional<std::string> content_of(const std::string& file) {
  std::ifstream stream{file};
  if (!stream) return {};
  std::string content{std::istreambuf_iterator<char>{stream}, {}};
  while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
  return content;
}

void set_from_file(const Key& key, const Entry& entry, Problems& problems) {
  std::string file;
  assign(typed(entry.value, &file), &file, {});
  const auto content = content_of(file);
  if (!content) {
    problems.push_back(entry.place + ": " + entry.path + " must be the path of a readable file");
  } else if (const Value value = *content; !assign(value, key.target, key.limits)) {
    problems.push_back(refusal(key, entry, value));
  }
}

void set(const Document& document, const Key& key, Problems& problems) {
  if (auto* const* lists = std::get_if<Lists*>(&key.target)) {
    return set_lists(document, key, **lists, problems);
  }
  if (const auto* entry = find(document, key.path)) {
    const auto value = typed(entry->value, key.target);
    if (assign(value, key.target, key.limits)) return;
    return problems.push_back(refusal(key, *entry, value));
  }
  const auto* file = key.secret ? find(document, key.path + std::string{file_suffix}) : nullptr;
  if (file != nullptr) set_from_file(key, *file, problems);
}

bool is_known(const Keys& keys, std::string_view path) {
  return std::ranges::any_of(keys.all(), [&](const Key& key) {
    if (path == key.path) return true;
    if (std::holds_alternative<Lists*>(key.target)) return is_in(path, key.path);
    return key.secret && path == key.path + std::string{file_suffix};
  });
}

std::string unknown(const Keys& keys, const Entry& entry) {
  const auto sentence = entry.place + ": " + entry.path + " is not a key";
  const auto suggestion = nearest(entry.path, keys);
  return suggestion.empty() ? sentence : sentence + "; did you mean " + suggestion + '?';
}

}  // namespace

Problems load(const Document& document, const Keys& keys) {
  Problems problems = document.problems;
  for (const auto& entry : document.entries) {
    if (!is_known(keys, entry.path)) problems.push_back(unknown(keys, entry));
  }
  for (const auto& key : keys.all()) set(document, key, problems);
  return problems;
}

}  // namespace platform::config
