#include "platform/config/print.hpp"

#include <functional>

#include "platform/config/document.hpp"
#include "platform/config/spelling.hpp"

namespace platform::config {
namespace {

std::string heading(const SectionHelp& section) { return '[' + section.path + "]\n"; }

std::string line(const Key& key) {
  return std::string{name_of(key.path)} + " = " + toml_value(key.target) + '\n';
}

bool is_set(const Key& key) { return toml_value(key.target) != R"("")"; }

std::string redacted(const Key& key) {
  if (!key.secret) return line(key);
  return "# " + std::string{name_of(key.path)} + (is_set(key) ? " is set\n" : " is not set\n");
}

std::string documented(const Key& key) {
  std::string text = "\n# " + key.help + "\n# " + variable_of(key.path) + ": " + expectation(key);
  if (!key.secret) return text + '\n' + line(key);
  const std::string name{name_of(key.path)};
  return text + ", secret; or " + name + "_file, the path of a file that holds it\n# " + name +
         " = \"\"\n";
}

std::string each_key(const Keys& keys, const std::string& section,
                     const std::function<std::string(const Key&)>& print_key) {
  std::string text;
  for (const auto& key : keys.all()) {
    if (section_of(key.path) == section) text += print_key(key);
  }
  return text;
}

}  // namespace

std::string reference(const Keys& keys) {
  std::string text;
  for (const auto& section : keys.sections()) {
    if (!text.empty()) text += "\n\n";
    text += "# " + section.help + '\n' + heading(section);
    text += each_key(keys, section.path, &documented);
  }
  return text;
}

std::string print(const Keys& keys) {
  std::string text;
  for (const auto& section : keys.sections()) {
    if (!text.empty()) text += '\n';
    text += heading(section) + each_key(keys, section.path, &redacted);
  }
  return text;
}

}  // namespace platform::config
