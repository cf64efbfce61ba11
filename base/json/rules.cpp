#include "base/json/rules.hpp"

#include "base/json/serialize.hpp"

namespace base::json {
namespace {

using boost::json::object;

object& member_of(object& schema, std::string_view name) {
  return schema.at("properties").as_object().at(name).as_object();
}

object& place_of(object& schema, std::string_view path) {
  const auto dot = path.find('.');
  auto& member = member_of(schema, path.substr(0, dot));
  if (dot == path.npos) return member;
  if (auto* title = member.find("title"); title != member.end()) member.stable_erase(title);
  return place_of(member, path.substr(dot + 1));
}

/// A range that is asked of a struct, such as an amount of money: no keyword says that.
std::string range_of(const object& keywords) {
  return "must be between " + serialized(keywords.at("minimum")) + " and " +
         serialized(keywords.at("maximum"));
}

}  // namespace

void add_rules(const Rules& rules, object& schema) {
  for (const auto& rule : rules) {
    auto& place = place_of(schema, rule.path);
    if (place.contains("properties") && rule.keywords.contains("minimum")) {
      describe_further(place, range_of(rule.keywords));
      continue;
    }
    for (const auto& [keyword, value] : rule.keywords) place[keyword] = value;
    if (!rule.sentence.empty()) describe_further(place, rule.sentence);
  }
}

void describe_further(object& schema, std::string_view sentence) {
  auto& description = schema["description"];
  if (!description.is_string()) description = "";
  auto& text = description.as_string();
  if (!text.empty()) text += "; ";
  text += boost::json::string_view{sentence.data(), sentence.size()};
}

}  // namespace base::json
