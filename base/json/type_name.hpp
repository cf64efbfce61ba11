#pragma once

#include <string_view>

namespace base::json {

/// The name of a class or enum without its namespaces: "Place". Not for templates.
template <class T>
consteval std::string_view type_name() {
  // Clang: "... type_name() [T = contracts::Place]"; GCC: "... [with T = contracts::Place; ...]".
  constexpr std::string_view function = __PRETTY_FUNCTION__;
  constexpr std::string_view before = "T = ";
  auto name = function.substr(function.find(before) + before.size());
  name = name.substr(0, name.find_first_of(";]"));
  const auto last = name.rfind(':');
  return last == name.npos ? name : name.substr(last + 1);
}

}  // namespace base::json
