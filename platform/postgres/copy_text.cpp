#include "platform/postgres/copy_text.hpp"

namespace platform::postgres {
namespace {

void append_escaped(std::string& line, const std::string& value) {
  for (const char c : value) {
    switch (c) {
      case '\\': line += "\\\\"; break;
      case '\t': line += "\\t"; break;
      case '\n': line += "\\n"; break;
      case '\r': line += "\\r"; break;
      default: line += c;
    }
  }
}

}  // namespace

std::string copy_line(const std::vector<Text>& row) {
  std::string line;
  for (const auto& value : row) {
    if (&value != &row.front()) line += '\t';
    value ? append_escaped(line, *value) : void(line += "\\N");
  }
  return line + '\n';
}

}  // namespace platform::postgres
