#pragma once

/// The header lines that requests, responses and chunked bodies share, read strictly (RFC 9112).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "platform/http/message.hpp"

namespace platform::http {

inline constexpr std::size_t fields_max = 100;

/// Reads "Name: value" lines, each ended by CRLF. Refuses folded lines, blanks before the colon,
/// control characters and more than `fields_max`.
std::optional<Headers> parse_fields(std::string_view lines);

/// Whether every line ends in CRLF and no CR stands elsewhere. Where parsers disagree about what
/// ends a line, requests are smuggled.
bool has_only_crlf(std::string_view text);

std::string_view without_blanks(std::string_view text);

bool is_token(std::string_view text);

/// Decimal digits only, no sign, no blanks; empty on anything else and beyond 18 digits.
std::optional<std::uint64_t> parse_length(std::string_view text);

}  // namespace platform::http
