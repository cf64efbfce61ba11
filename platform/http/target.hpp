#pragma once

/// The target of a request line, decoded once and for all: what handlers see needs no more decoding
/// and hides nothing.

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/http/fault.hpp"

namespace platform::http {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::string authority;  ///< Of an absolute-form target, else empty.
};

/// Reads "/path?query", "http://host/path?query" or "*". Refuses bad escapes, control characters,
/// text that is not UTF-8, escaped slashes and "." or ".." segments, which a router and a file
/// system could read differently.
std::expected<Target, Fault> parse_target(std::string_view text);

}  // namespace platform::http
