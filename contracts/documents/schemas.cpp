#include "contracts/documents/schemas.hpp"

#include <stdexcept>

#include <boost/json/array.hpp>

#include "base/json/rules.hpp"
#include "contracts/documents/descriptions.hpp"

namespace contracts::documents {
namespace {

using boost::json::object;

std::string title_of(const object& schema) {
  const auto* title = schema.if_contains("title");
  return title == nullptr ? std::string{} : std::string{title->as_string()};
}

/// What the header says comes first; what a check asked for stays behind it.
void describe(object& schema, std::string_view text) {
  if (text.empty()) return;
  const auto* asked = schema.if_contains("description");
  const std::string rest = asked == nullptr ? "" : std::string{asked->as_string()};
  schema["description"] = boost::json::string_view{text};
  if (!rest.empty()) base::json::describe_further(schema, rest);
}

/// "- `free`: nothing is owed", of the enumerators that have a comment.
std::string enumerators_of(std::string_view title, const boost::json::array& names) {
  std::string lines;
  for (const auto& name : names) {
    const auto enumerator = std::string{name.as_string()};
    const auto text = description_of(std::string{title} + '.' + enumerator);
    if (!text.empty()) lines += "\n- `" + enumerator + "`: " + std::string{text};
  }
  return lines;
}

void describe_type(object& schema, const std::string& title) {
  auto text = std::string{description_of(title)};
  if (const auto* names = schema.if_contains("enum")) {
    text += enumerators_of(title, names->as_array());
  }
  describe(schema, text);
}

/// What the program leaves open, because only the receiver of the member looks inside.
struct Inside {
  std::string_view member;
  std::string_view component;
};
constexpr Inside insides[] = {{"Snapshot.document", "Document"}};

const Inside* inside_of(std::string_view member) {
  for (const auto& each : insides) {
    if (each.member == member) return &each;
  }
  return nullptr;
}

}  // namespace

object Schemas::referring(const object& schema) {
  const auto title = title_of(schema);
  if (title.empty()) return inlined(schema, "");
  auto component = inlined(schema, title);
  component.stable_erase(component.find("title"));
  describe_type(component, title);
  return add(title, std::move(component));
}

object Schemas::members_of(const object& schema) { return inlined(schema, title_of(schema)); }

object Schemas::add(std::string_view name, object schema) {
  const auto [at, is_new] = components_.try_emplace(std::string{name}, schema);
  if (!is_new && at->second != schema) {
    throw std::logic_error{"two schemas are called " + std::string{name}};
  }
  return reference_to(name);
}

object Schemas::components() const {
  object all;
  for (const auto& [name, schema] : components_) all.emplace(name, schema);
  return all;
}

object Schemas::inlined(const object& schema, std::string_view title) {
  auto result = schema;
  if (auto* properties = result.if_contains("properties")) {
    for (auto& [name, member] : properties->as_object()) {
      const auto qualified = std::string{title} + '.' + std::string{name};
      member = referred_member(member.as_object(), qualified);
    }
  }
  for (const auto* keyword : {"items", "additionalProperties"}) {
    auto* inner = result.if_contains(keyword);
    if (inner != nullptr && inner->is_object()) *inner = referring(object{inner->as_object()});
  }
  return result;
}

/// What is asked of this member of a named type stands beside the reference to the type.
object Schemas::referred_member(const object& schema, const std::string& qualified) {
  auto plain = schema;
  std::string asked;
  if (plain.contains("title") && plain.contains("description")) {
    asked = plain.at("description").as_string();
    plain.stable_erase(plain.find("description"));
  }
  const auto* inside = inside_of(qualified);
  auto content = inside == nullptr ? referring(plain) : reference_to(inside->component);
  if (!asked.empty()) content["description"] = asked;
  describe(content, description_of(qualified));
  return content;
}

object reference_to(std::string_view component, std::string_view kind) {
  return {{"$ref", "#/components/" + std::string{kind} + '/' + std::string{component}}};
}

}  // namespace contracts::documents
