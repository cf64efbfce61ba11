#pragma once

/// The names of a described enum (BOOST_DESCRIBE_ENUM): its only spelling outside the program.

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <boost/describe/enumerators.hpp>

namespace base::json {

struct EnumName {
  std::string_view name;
  std::int64_t value = 0;
};

template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

namespace detail {

template <template <class...> class List, class... Enumerators>
constexpr auto names_in(List<Enumerators...>) {
  return std::array<EnumName, sizeof...(Enumerators)>{
      EnumName{Enumerators::name, static_cast<std::int64_t>(Enumerators::value)}...};
}

template <DescribedEnum Enum>
inline constexpr auto enum_names = names_in(boost::describe::describe_enumerators<Enum>{});

}  // namespace detail

/// All enumerators in the order of their declaration.
template <DescribedEnum Enum>
constexpr std::span<const EnumName> enum_names() {
  return detail::enum_names<Enum>;
}

/// "in_progress". The value must be one of the enumerators.
std::string_view name_in(std::span<const EnumName> names, std::int64_t value);
std::optional<std::int64_t> value_in(std::span<const EnumName> names, std::string_view name);

/// "matched, arrived or in_progress"
std::string listed(std::span<const EnumName> names);

template <DescribedEnum Enum>
std::string_view name_of(Enum value) {
  return name_in(enum_names<Enum>(), static_cast<std::int64_t>(value));
}

template <DescribedEnum Enum>
std::optional<Enum> parse_enum(std::string_view name) {
  const auto value = value_in(enum_names<Enum>(), name);
  if (!value) return {};
  return static_cast<Enum>(*value);
}

}  // namespace base::json
