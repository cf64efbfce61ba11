#include "platform/config/spelling.hpp"

#include <charconv>
#include <cmath>

#include "base/json/json.hpp"

namespace platform::config {
namespace {

template <class Number>
std::string number(Number value) {
  char text[64];
  const auto end = std::to_chars(std::begin(text), std::end(text), value).ptr;
  return {std::begin(text), end};
}

/// A limit: usually whole, and then without an exponent.
std::string limit(double value) {
  const bool whole = value == std::trunc(value) && std::abs(value) < 1e15;
  return whole ? number(static_cast<std::int64_t>(value)) : number(value);
}

/// What JSON calls a string, TOML calls a basic string.
std::string in_quotes(const std::string& text) { return base::json::to_text(text); }

std::string in_quotes(const List& list) {
  std::string text;
  for (const auto& element : list) text += (text.empty() ? "" : ", ") + in_quotes(element);
  return '[' + text + ']';
}

std::string ends(const Limits& limits) {
  const bool low = std::isfinite(limits.low);
  const bool high = std::isfinite(limits.high);
  if (low && high) return " between " + limit(limits.low) + " and " + limit(limits.high);
  if (low) return " of at least " + limit(limits.low);
  if (high) return " of at most " + limit(limits.high);
  return {};
}

struct Noun {
  std::string operator()(const bool*) const { return "true or false"; }
  std::string operator()(const int*) const { return "a whole number"; }
  std::string operator()(const std::int64_t*) const { return "a whole number"; }
  std::string operator()(const std::size_t*) const { return "a whole number"; }
  std::string operator()(const std::chrono::milliseconds*) const { return "a whole number"; }
  std::string operator()(const double*) const { return "a number"; }
  std::string operator()(const std::string*) const { return "a text"; }
  std::string operator()(const base::Money*) const { return R"(an amount as in "IDR 5000")"; }
  std::string operator()(const List*) const { return "a list of texts"; }
  std::string operator()(const Lists*) const { return "a table of lists of texts"; }
  std::string operator()(const EnumTarget& target) const {
    return base::json::listed(target.names);
  }
};

struct Toml {
  std::string operator()(const bool* truth) const { return *truth ? "true" : "false"; }
  std::string operator()(const int* value) const { return number(*value); }
  std::string operator()(const std::int64_t* value) const { return number(*value); }
  std::string operator()(const std::size_t* value) const { return number(*value); }
  std::string operator()(const std::chrono::milliseconds* value) const {
    return number(value->count());
  }
  std::string operator()(const double* value) const { return number(*value); }
  std::string operator()(const std::string* text) const { return in_quotes(*text); }
  std::string operator()(const base::Money* money) const {
    return in_quotes(base::to_string(*money));
  }
  std::string operator()(const List* list) const { return in_quotes(*list); }
  std::string operator()(const Lists* lists) const {
    std::string text;
    for (const auto& [name, list] : *lists) {
      text += (text.empty() ? " " : ", ") + in_quotes(name) + " = " + in_quotes(list);
    }
    return '{' + text + (text.empty() ? "}" : " }");
  }
  std::string operator()(const EnumTarget& target) const {
    return in_quotes(std::string{base::json::name_in(target.names, target.get(target.value))});
  }
};

struct Given {
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return number(value); }
  std::string operator()(double value) const { return number(value); }
  std::string operator()(const std::string& text) const { return in_quotes(text); }
  std::string operator()(const List& list) const { return in_quotes(list); }
  std::string operator()(const Untyped& untyped) const { return in_quotes(untyped.text); }
  std::string operator()(const Unsupported& unsupported) const { return unsupported.type; }
};

}  // namespace

std::string expectation(const Key& key) {
  const auto noun = std::visit(Noun{}, key.target) + ends(key.limits);
  return key.limits.not_empty ? noun + " that is not empty" : noun;
}

std::string toml_value(const Target& target) { return std::visit(Toml{}, target); }

std::string given(const Value& value) { return std::visit(Given{}, value); }

std::string_view section_of(std::string_view path) { return path.substr(0, path.rfind('.')); }

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('.') + 1); }

}  // namespace platform::config
