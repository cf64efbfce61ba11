#include "tests/published/yaml.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <yaml-cpp/yaml.h>

namespace tests::published {
namespace {

using boost::json::value;

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return {};
  return number;
}

value plain(const std::string& text) {
  if (text == "null" || text == "~" || text.empty()) return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  if (const auto whole = number_in<std::int64_t>(text)) return *whole;
  if (const auto number = number_in<double>(text)) return *number;
  return boost::json::string_view{text};
}

value json_of(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Null: return nullptr;
    case YAML::NodeType::Scalar:
      if (node.Tag() == "!") return boost::json::string_view{node.Scalar()};
      return plain(node.Scalar());
    case YAML::NodeType::Sequence: {
      boost::json::array elements;
      for (const auto& element : node) elements.push_back(json_of(element));
      return elements;
    }
    case YAML::NodeType::Map: {
      boost::json::object members;
      for (const auto& member : node) {
        const auto& name = member.first.Scalar();
        if (!members.emplace(name, json_of(member.second)).second) {
          throw std::runtime_error{"twice in one map: " + name};
        }
      }
      return members;
    }
    case YAML::NodeType::Undefined: break;
  }
  throw std::runtime_error{"a node that is not defined"};
}

}  // namespace

value read_yaml_file(const std::string& path) { return json_of(YAML::LoadFile(path)); }

}  // namespace tests::published
