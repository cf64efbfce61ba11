#include "tests/published/schema_check.hpp"

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>
#include <string_view>

#include <boost/json/array.hpp>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/json/check.hpp"
#include "base/json/serialize.hpp"

namespace tests::published {
namespace {

using boost::json::object;
using boost::json::value;

class Checker {
 public:
  Checker(const value& document, Unknown unknown) : document_(document), unknown_(unknown) {}

  std::vector<std::string> take() { return std::move(found_); }

  void check(const object& schema, const value& instance, const std::string& path) {
    if (unknown_ == Unknown::refused) refuse_unknown(schema, instance, path);
    check_known(schema, instance, path);
  }

 private:
  void check_known(const object& schema, const value& instance, const std::string& path) {
    for (const auto& [keyword, demand] : schema) apply(keyword, demand, instance, path);
    descend(schema, instance, path);
  }

  void apply(std::string_view keyword, const value& demand, const value& instance,
             const std::string& path) {
    if (keyword == "$ref") {
      check_known(target(demand), instance, path);
    } else if (keyword == "allOf") {
      for (const auto& each : demand.as_array()) {
        check_known(each.as_object(), instance, path);
      }
    } else if (const auto* rule = rule_of(keyword)) {
      if (!rule->holds(demand, instance)) {
        refuse(path, "breaks " + std::string{keyword} + ' ' + base::json::serialized(demand) +
                         " as " + base::json::serialized(instance).substr(0, 100));
      }
    } else if (keyword == "required") {
      require(demand, instance, path);
    } else if (!is_known_otherwise(keyword)) {
      throw std::runtime_error{"a keyword that nobody checks: " + std::string{keyword}};
    }
  }

  // --- what looks at the value alone ---

  struct Rule {
    std::string_view keyword;
    bool (*holds)(const value& demand, const value& instance);
  };

  static double number(const value& from) { return from.to_number<double>(); }

  static std::string_view text(const value& from) { return from.as_string(); }

  static bool has_type(const value& demand, const value& instance) {
    const auto type = text(demand);
    if (type == "object") return instance.is_object();
    if (type == "array") return instance.is_array();
    if (type == "string") return instance.is_string();
    if (type == "boolean") return instance.is_bool();
    if (type == "number") return instance.is_number();
    if (type == "integer") return instance.is_int64() || instance.is_uint64();
    throw std::runtime_error{"no such type: " + std::string{type}};
  }

  static bool has_format(const value& demand, const value& instance) {
    const auto format = text(demand);
    if (format == "uuid") return !instance.is_string() || base::Uuid::parse(text(instance));
    if (format == "date-time") {
      return !instance.is_string() || base::parse_rfc3339(text(instance));
    }
    if (format == "int32") {
      return !instance.is_number() ||
             (number(instance) >= INT32_MIN && number(instance) <= INT32_MAX);
    }
    if (format == "int64") return true;
    throw std::runtime_error{"no such format: " + std::string{format}};
  }

  static bool matches(const value& demand, const value& instance) {
    return !instance.is_string() ||
           std::regex_search(std::string{text(instance)}, std::regex{std::string{text(demand)}});
  }

  static bool is_one_of(const value& demand, const value& instance) {
    return std::ranges::count(demand.as_array(), instance) > 0;
  }

  static std::size_t length(const value& instance) {
    return base::json::count_code_points(text(instance));
  }

  static const Rule* rule_of(std::string_view keyword) {
    static constexpr Rule rules[] = {
        {"type", &has_type},
        {"format", &has_format},
        {"pattern", &matches},
        {"enum", &is_one_of},
        {"const", [](const value& demand, const value& instance) { return demand == instance; }},
        {"minimum",
         [](const value& demand, const value& instance) {
           return !instance.is_number() || number(instance) >= number(demand);
         }},
        {"maximum",
         [](const value& demand, const value& instance) {
           return !instance.is_number() || number(instance) <= number(demand);
         }},
        {"minLength",
         [](const value& demand, const value& instance) {
           return !instance.is_string() || length(instance) >= demand.to_number<std::size_t>();
         }},
        {"maxLength",
         [](const value& demand, const value& instance) {
           return !instance.is_string() || length(instance) <= demand.to_number<std::size_t>();
         }},
        {"minItems",
         [](const value& demand, const value& instance) {
           return !instance.is_array() ||
                  instance.as_array().size() >= demand.to_number<std::size_t>();
         }},
        {"maxItems",
         [](const value& demand, const value& instance) {
           return !instance.is_array() ||
                  instance.as_array().size() <= demand.to_number<std::size_t>();
         }},
    };
    const auto* found = std::ranges::find(rules, keyword, &Rule::keyword);
    return found == std::end(rules) ? nullptr : found;
  }

  static bool is_known_otherwise(std::string_view keyword) {
    constexpr std::string_view known[] = {"properties",  "items", "additionalProperties",
                                          "description", "title", "examples"};
    return std::ranges::find(known, keyword) != std::end(known);
  }

  // --- what looks inside ---

  void require(const value& demand, const value& instance, const std::string& path) {
    if (!instance.is_object()) return;
    for (const auto& name : demand.as_array()) {
      if (!instance.as_object().contains(name.as_string())) {
        refuse(member(path, text(name)), "is missing");
      }
    }
  }

  void descend(const object& schema, const value& instance, const std::string& path) {
    const auto* items = schema.if_contains("items");
    if (items && instance.is_array()) {
      for (std::size_t i = 0; i < instance.as_array().size(); ++i) {
        check(items->as_object(), instance.as_array()[i], path + '[' + std::to_string(i) + ']');
      }
    }
    if (!instance.is_object()) return;
    const auto* properties = schema.if_contains("properties");
    const auto* others = schema.if_contains("additionalProperties");
    for (const auto& [name, content] : instance.as_object()) {
      const auto* inner = properties ? properties->as_object().if_contains(name) : nullptr;
      if (inner == nullptr && others && others->is_object()) inner = others;
      if (inner) check(inner->as_object(), content, member(path, name));
    }
  }

  void refuse_unknown(const object& schema, const value& instance, const std::string& path) {
    if (!instance.is_object()) return;
    std::set<std::string, std::less<>> known;
    if (!collect_known(schema, known)) return;
    for (const auto& [name, ignored] : instance.as_object()) {
      if (!known.contains(std::string_view{name})) {
        refuse(member(path, name), "is not in the published schema");
      }
    }
  }

  /// False when the schema lets an object have any members.
  bool collect_known(const object& schema, std::set<std::string, std::less<>>& known) const {
    if (schema.contains("additionalProperties")) return false;
    bool closed = false;
    if (const auto* reference = schema.if_contains("$ref")) {
      closed |= collect_known(target(*reference), known);
    }
    if (const auto* all = schema.if_contains("allOf")) {
      for (const auto& each : all->as_array()) closed |= collect_known(each.as_object(), known);
    }
    if (const auto* properties = schema.if_contains("properties")) {
      closed = true;
      for (const auto& [name, ignored] : properties->as_object()) known.emplace(name);
    }
    return closed;
  }

  const object& target(const value& reference) const {
    std::string_view path = text(reference);
    if (!path.starts_with("#/"))
      throw std::runtime_error{"not in this document: " + std::string{path}};
    return document_.at_pointer(path.substr(1)).as_object();
  }

  static std::string member(const std::string& path, std::string_view name) {
    return path.empty() ? std::string{name} : path + '.' + std::string{name};
  }

  void refuse(const std::string& path, const std::string& what) {
    found_.push_back((path.empty() ? "the whole" : path) + ' ' + what);
  }

  const value& document_;
  Unknown unknown_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> breaches(const value& document, const object& schema,
                                  const value& instance, Unknown unknown) {
  Checker checker{document, unknown};
  checker.check(schema, instance, "");
  return checker.take();
}

}  // namespace tests::published
