#pragma once

/// JSON text to a value, strictly (RFC 8259): what two parsers could read in two ways is refused.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace base::json {

/// Objects and arrays within each other, the outermost included.
inline constexpr std::size_t depth_max = 16;

enum class ParseError : std::uint8_t {
  malformed,      ///< Not JSON, not Unicode, or cut short.
  trailing_text,  ///< More after the value.
  too_deep,
  duplicate_key,   ///< In one object, after escapes are resolved.
  null_character,  ///< U+0000 in a text, which PostgreSQL can't store.
  bad_number,      ///< Beyond what a double holds.
};

struct ParseFault {
  ParseError error = ParseError::malformed;
  std::size_t offset = 0;  ///< Bytes read when it was found.

  friend bool operator==(const ParseFault&, const ParseFault&) = default;
};

/// "an object has the same key twice, at byte 17"
std::string to_string(const ParseFault& fault);

using Parsed = std::expected<boost::json::value, ParseFault>;

Parsed parse(std::string_view text);

}  // namespace base::json
