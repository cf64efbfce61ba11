#include "platform/config/document.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include <toml++/toml.h>
#include <unistd.h>

namespace platform::config {
namespace {

constexpr std::string_view prefix = "NEBENGJEK_";
constexpr std::string_view dot_in_variables = "__";

std::string place_in(std::string_view file_name, const toml::source_region& source) {
  return std::string{file_name} + ':' + std::to_string(source.begin.line);
}

Value list_in(const toml::array& array) {
  std::vector<std::string> texts;
  for (const auto& element : array) {
    const auto text = element.value_exact<std::string>();
    if (!text) return Unsupported{"a list of other things than texts"};
    texts.push_back(*text);
  }
  return texts;
}

Value value_in(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::boolean: return **node.as_boolean();
    case toml::node_type::integer: return **node.as_integer();
    case toml::node_type::floating_point: return **node.as_floating_point();
    case toml::node_type::string: return **node.as_string();
    case toml::node_type::array: return list_in(*node.as_array());
    default: return Unsupported{"a date or time"};
  }
}

void flatten(const toml::table& table, const std::string& path, std::string_view file_name,
             std::vector<Entry>& entries) {
  for (const auto& [key, node] : table) {
    const auto inner = path.empty() ? std::string{key.str()} : path + '.' + std::string{key.str()};
    if (const auto* inner_table = node.as_table()) {
      flatten(*inner_table, inner, file_name, entries);
    } else {
      entries.push_back({inner, place_in(file_name, node.source()), value_in(node)});
    }
  }
}

std::string path_of(std::string_view variable) {
  std::string path;
  variable.remove_prefix(prefix.size());
  while (!variable.empty()) {
    const bool dot = variable.starts_with(dot_in_variables);
    path += dot ? '.' : static_cast<char>(std::tolower(static_cast<unsigned char>(variable[0])));
    variable.remove_prefix(dot ? dot_in_variables.size() : 1);
  }
  return path;
}

bool is_ours(std::string_view variable) {
  return variable.starts_with(prefix) && variable.find(dot_in_variables) != variable.npos;
}

}  // namespace

Document read_toml(std::string_view text, std::string_view file_name) {
  Document document;
  try {
    flatten(toml::parse(text, file_name), {}, file_name, document.entries);
  } catch (const toml::parse_error& error) {
    document.problems.push_back(place_in(file_name, error.source()) + ": " +
                                std::string{error.description()});
  }
  return document;
}

void add_environment(Document& document, std::span<const std::string> variables) {
  for (const std::string_view variable : variables) {
    const auto name = variable.substr(0, variable.find('='));
    if (!is_ours(name) || name.size() == variable.size()) continue;
    document.entries.push_back({.path = path_of(name),
                                .place = std::string{name},
                                .value = Untyped{std::string{variable.substr(name.size() + 1)}}});
  }
}

Document read(const std::optional<std::filesystem::path>& file,
              std::span<const std::string> variables) {
  Document document;
  if (file) {
    std::ifstream stream{*file};
    std::ostringstream text;
    if (stream && text << stream.rdbuf()) {
      document = read_toml(text.view(), file->filename().string());
    } else {
      document.problems.push_back(file->string() + ": this configuration file cannot be read");
    }
  }
  add_environment(document, variables);
  return document;
}

std::vector<std::string> process_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

std::string variable_of(std::string_view path) {
  std::string variable{prefix};
  for (const char c : path) {
    if (c == '.')
      variable += dot_in_variables;
    else
      variable += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

}  // namespace platform::config
