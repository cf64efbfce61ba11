#include "contracts/documents/yaml.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/visit.hpp>
#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include "base/json/serialize.hpp"

namespace contracts::documents {
namespace {

/// YAML 1.1's words too: many readers still know them.
constexpr std::string_view words_with_meaning[] = {"true", "false", "yes", "no",   "on",
                                                   "off",  "y",     "n",   "null", "~"};

bool could_be_mistaken(std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (std::ranges::find(words_with_meaning, lower) != std::end(words_with_meaning)) return true;
  return !text.empty() && (std::isdigit(static_cast<unsigned char>(text.front())) != 0 ||
                           std::string_view{"+-.="}.contains(text.front()));
}

class Writer {
 public:
  void write(const boost::json::value& value) { boost::json::visit(*this, value); }
  std::string text() const { return std::string{out_.c_str()} + '\n'; }

  void operator()(std::nullptr_t) { out_ << YAML::Null; }
  void operator()(bool truth) { out_ << truth; }
  void operator()(std::int64_t number) { out_ << number; }
  void operator()(std::uint64_t number) { out_ << number; }
  void operator()(double number) { out_ << base::json::serialized(number); }
  void operator()(const boost::json::string& text) { write_text({text.data(), text.size()}); }

  void operator()(const boost::json::array& elements) {
    if (elements.empty()) out_ << YAML::Flow;
    out_ << YAML::BeginSeq;
    for (const auto& element : elements) write(element);
    out_ << YAML::EndSeq;
  }

  void operator()(const boost::json::object& members) {
    if (members.empty()) out_ << YAML::Flow;
    out_ << YAML::BeginMap;
    for (const auto& [key, value] : members) {
      out_ << YAML::Key;
      write_text({key.data(), key.size()});
      out_ << YAML::Value;
      write(value);
    }
    out_ << YAML::EndMap;
  }

 private:
  void write_text(std::string_view text) {
    if (text.contains('\n')) {
      out_ << YAML::Literal;
    } else if (could_be_mistaken(text)) {
      out_ << YAML::DoubleQuoted;
    }
    out_ << std::string{text};
  }

  YAML::Emitter out_;
};

}  // namespace

std::string to_yaml(const boost::json::value& document) {
  Writer writer;
  writer.write(document);
  return writer.text();
}

}  // namespace contracts::documents
