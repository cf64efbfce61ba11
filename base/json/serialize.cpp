#include "base/json/serialize.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/visit.hpp>

namespace base::json {
namespace {

void append_escaped(std::string& text, char c) {
  constexpr std::string_view hex_digits = "0123456789abcdef";
  switch (c) {
    case '"': text += "\\\""; break;
    case '\\': text += "\\\\"; break;
    case '\n': text += "\\n"; break;
    case '\r': text += "\\r"; break;
    case '\t': text += "\\t"; break;
    default: text.append("\\u00").append({hex_digits[c >> 4], hex_digits[c & 15]});
  }
}

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_text(std::string& text, std::string_view raw) {
  text += '"';
  while (true) {
    const auto special = std::ranges::find_if(raw, needs_escape);
    text.append(raw.begin(), special);
    if (special == raw.end()) break;
    append_escaped(text, *special);
    raw.remove_prefix(static_cast<std::size_t>(special - raw.begin()) + 1);
  }
  text += '"';
}

class Writer {
 public:
  explicit Writer(std::string& text) : text_(text) {}

  void write(const boost::json::value& value) { boost::json::visit(*this, value); }

  void operator()(std::nullptr_t) { text_ += "null"; }
  void operator()(bool truth) { text_ += truth ? "true" : "false"; }
  void operator()(std::int64_t number) { append_number(number); }
  void operator()(std::uint64_t number) { append_number(number); }
  void operator()(double number) { append_number(number); }
  void operator()(const boost::json::string& text) {
    append_text(text_, {text.data(), text.size()});
  }

  void operator()(const boost::json::array& elements) {
    std::string_view separator = "";
    text_ += '[';
    for (const auto& element : elements) {
      text_ += std::exchange(separator, ",");
      write(element);
    }
    text_ += ']';
  }

  void operator()(const boost::json::object& members) {
    std::string_view separator = "";
    text_ += '{';
    for (const auto& [name, value] : members) {
      text_ += std::exchange(separator, ",");
      append_text(text_, {name.data(), name.size()});
      text_ += ':';
      write(value);
    }
    text_ += '}';
  }

 private:
  void append_number(auto number) {
    char digits[32];
    text_.append(digits, std::to_chars(std::begin(digits), std::end(digits), number).ptr);
  }

  std::string& text_;
};

}  // namespace

std::string serialized(const boost::json::value& value) {
  std::string text;
  Writer{text}.write(value);
  return text;
}

}  // namespace base::json
