#include "platform/config/assign.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <optional>
#include <ranges>
#include <utility>

namespace platform::config {
namespace {

bool within(const Limits& limits, double number) {
  return number >= limits.low && number <= limits.high;
}

/// Sets a member from a value, if it has the right type and is within the limits.
struct Setter {
  const Value& value;
  const Limits& limits;

  template <std::integral Integer>
  bool operator()(Integer* target) const {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr || !std::in_range<Integer>(*number)) return false;
    if (!within(limits, static_cast<double>(*number))) return false;
    *target = static_cast<Integer>(*number);
    return true;
  }
  bool operator()(bool* target) const {
    const auto* truth = std::get_if<bool>(&value);
    if (truth != nullptr) *target = *truth;
    return truth != nullptr;
  }
  bool operator()(std::chrono::milliseconds* target) const {
    std::int64_t count = 0;
    if (!(*this)(&count)) return false;
    *target = std::chrono::milliseconds{count};
    return true;
  }
  bool operator()(double* target) const {
    const auto* whole = std::get_if<std::int64_t>(&value);
    const auto* real = std::get_if<double>(&value);
    if (whole == nullptr && real == nullptr) return false;
    const double number = real != nullptr ? *real : static_cast<double>(*whole);
    if (!std::isfinite(number) || !within(limits, number)) return false;
    *target = number;
    return true;
  }
  bool operator()(std::string* target) const { return set_unless_empty(target); }
  bool operator()(List* target) const { return set_unless_empty(target); }
  bool operator()(base::Money* target) const {
    const auto money = money_in(std::get_if<std::string>(&value));
    if (!money || !within(limits, static_cast<double>(money->amount))) return false;
    *target = *money;
    return true;
  }
  bool operator()(const EnumTarget& target) const {
    const auto* name = std::get_if<std::string>(&value);
    const auto number = name == nullptr ? std::nullopt : base::json::value_in(target.names, *name);
    if (number) target.set(target.value, *number);
    return number.has_value();
  }
  /// Its lists have paths of their own: see set_lists.
  bool operator()(Lists*) const { return false; }

 private:
  template <class Container>
  bool set_unless_empty(Container* target) const {
    const auto* held = std::get_if<Container>(&value);
    if (held == nullptr || (limits.not_empty && held->empty())) return false;
    *target = *held;
    return true;
  }

  static std::optional<base::Money> money_in(const std::string* text);
};

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

std::optional<base::Money> Setter::money_in(const std::string* text) {
  if (text == nullptr || text->size() < 5 || (*text)[3] != ' ') return {};
  const auto currency = base::parse_currency(std::string_view{*text}.substr(0, 3));
  const auto amount = number_in<std::int64_t>(std::string_view{*text}.substr(4));
  if (!currency || !amount) return {};
  return base::Money{.amount = *amount, .currency = *currency};
}

List split(std::string_view text) {
  List list;
  for (const auto part : std::views::split(text, ',')) {
    std::string_view element{part.begin(), part.end()};
    element.remove_prefix(std::min(element.find_first_not_of(' '), element.size()));
    element = element.substr(0, element.find_last_not_of(' ') + 1);
    if (!element.empty()) list.emplace_back(element);
  }
  return list;
}

/// The text of an environment variable as the value that its key wants.
struct Typed {
  const Untyped& untyped;

  Value operator()(bool*) const {
    if (untyped.text == "true") return true;
    if (untyped.text == "false") return false;
    return untyped;
  }
  template <std::integral Integer>
  Value operator()(Integer*) const {
    return number<std::int64_t>();
  }
  Value operator()(std::chrono::milliseconds*) const { return number<std::int64_t>(); }
  Value operator()(double*) const { return number<double>(); }
  Value operator()(List*) const { return split(untyped.text); }
  Value operator()(Lists*) const { return split(untyped.text); }
  Value operator()(std::string*) const { return untyped.text; }
  Value operator()(base::Money*) const { return untyped.text; }
  Value operator()(const EnumTarget&) const { return untyped.text; }

 private:
  template <class Number>
  Value number() const {
    const auto read = number_in<Number>(untyped.text);
    if (!read) return untyped;
    return *read;
  }
};

}  // namespace

Value typed(const Value& value, const Target& target) {
  const auto* untyped = std::get_if<Untyped>(&value);
  return untyped == nullptr ? value : std::visit(Typed{*untyped}, target);
}

bool assign(const Value& value, const Target& target, const Limits& limits) {
  return std::visit(Setter{value, limits}, target);
}

}  // namespace platform::config
