#include "platform/http/message.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "platform/http/fields.hpp"

namespace platform::http {
namespace {

constexpr std::array<std::string_view, method_count> method_names = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

auto named(std::string_view name) {
  return [name](const Header& header) { return equal_without_case(header.first, name); };
}

}  // namespace

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view name(Method method) { return method_names[static_cast<std::size_t>(method)]; }

std::optional<Method> parse_method(std::string_view name) {
  const auto* found = std::ranges::find(method_names, name);
  if (found == method_names.end()) return {};
  return static_cast<Method>(found - method_names.begin());
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  const auto found = std::ranges::find_if(headers_, named(name));
  if (found == headers_.end()) return {};
  return found->second;
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(headers_, named(name));
  add(std::string{name}, std::move(value));
}

void Headers::add(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(headers_, named(name)));
}

std::vector<std::string_view> Headers::list(std::string_view name) const {
  std::vector<std::string_view> elements;
  for (const auto& [_, value] : headers_ | std::views::filter(named(name))) {
    for (auto part : value | std::views::split(',')) {
      elements.push_back(without_blanks(std::string_view{part}));
    }
  }
  return elements;
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  return std::ranges::any_of(
      list(name), [&](std::string_view element) { return equal_without_case(element, token); });
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  const auto found = std::ranges::find(query, name, &std::pair<std::string, std::string>::first);
  if (found == query.end()) return {};
  return found->second;
}

}  // namespace platform::http
