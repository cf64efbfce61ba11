#include "services/binding/call_body.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include "base/json/json.hpp"

namespace services::binding {
namespace {

using boost::json::object;
using boost::json::value;

std::string_view type_of(const object& schema, std::string_view member) {
  const auto* properties = schema.if_contains("properties");
  const auto* property = properties ? properties->as_object().if_contains(member) : nullptr;
  const auto* type = property ? property->as_object().if_contains("type") : nullptr;
  return type && type->is_string() ? std::string_view{type->as_string()} : std::string_view{};
}

template <class Number>
std::optional<Number> read_as(std::string_view text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return {};
  return number;
}

/// A query value as what its type says, or as the text it is: then decoding names the problem.
value typed(std::string_view text, std::string_view type) {
  if (type == "boolean" && (text == "true" || text == "false")) return text == "true";
  if (type == "integer") {
    if (const auto number = read_as<std::int64_t>(text)) return *number;
  }
  if (type == "number") {
    const auto number = read_as<double>(text);
    if (number && std::isfinite(*number)) return *number;
  }
  return boost::json::string{text};
}

std::expected<object, contracts::Problem> body_of(const platform::http::Request& request) {
  if (request.body.empty()) return object{};
  auto parsed = base::json::parse(request.body);
  if (!parsed) {
    return std::unexpected{
        contracts::problem(contracts::errors::malformed, base::json::to_string(parsed.error()))};
  }
  if (!parsed->is_object()) {
    return std::unexpected{contracts::problem(contracts::errors::malformed, "not an object")};
  }
  return std::move(parsed->as_object());
}

}  // namespace

std::expected<std::string, contracts::Problem> call_body(const platform::http::Request& request,
                                                         const PathParameters& path_parameters,
                                                         const object& schema) {
  auto body = body_of(request);
  if (!body) return std::unexpected{body.error()};
  const auto add = [&body](const std::string& name, value argument) {
    return body->emplace(name, std::move(argument)).second;
  };
  for (const auto& [name, text] : path_parameters) {
    if (!add(name, boost::json::string{text})) {
      return std::unexpected{contracts::problem(contracts::errors::unknown_field,
                                                name + " belongs in the path alone")};
    }
  }
  for (const auto& [name, text] : request.query) {
    if (!add(name, typed(text, type_of(schema, name)))) {
      return std::unexpected{
          contracts::problem(contracts::errors::unknown_field, name + " is given twice")};
    }
  }
  return base::json::serialized(*body);
}

}  // namespace services::binding
