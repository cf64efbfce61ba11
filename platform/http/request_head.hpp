#pragma once

/// Everything before a request's body, read without I/O: bytes in, a decision out. Stricter than
/// the standard demands where leniency has let requests be smuggled past proxies.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "platform/http/fault.hpp"
#include "platform/http/message.hpp"
#include "platform/http/target.hpp"

namespace platform::http {

struct HeadLimits {
  std::size_t request_line_max_bytes;
  std::size_t headers_max_bytes;
};

/// How long the head at the beginning of `received` is, its empty line included; nothing while it
/// is incomplete. Refuses as soon as what is there can't become a good head.
std::expected<std::optional<std::size_t>, Fault> find_head(std::string_view received,
                                                           const HeadLimits& limits);

struct RequestHead {
  Method method = Method::get;
  Target target;
  Headers headers;
  int minor_version = 1;
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool wants_websocket = false;
};

/// Reads a whole head, as found by `find_head`.
std::expected<RequestHead, Fault> parse_head(std::string_view text);

}  // namespace platform::http
