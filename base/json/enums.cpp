#include "base/json/enums.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace base::json {

std::string_view name_in(std::span<const EnumName> names, std::int64_t value) {
  const auto found = std::ranges::find(names, value, &EnumName::value);
  NEBENGJEK_ASSERT(found != names.end());
  return found->name;
}

std::optional<std::int64_t> value_in(std::span<const EnumName> names, std::string_view name) {
  const auto found = std::ranges::find(names, name, &EnumName::name);
  if (found == names.end()) return {};
  return found->value;
}

std::string listed(std::span<const EnumName> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i].name;
  }
  return text;
}

}  // namespace base::json
