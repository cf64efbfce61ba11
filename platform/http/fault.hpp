#pragma once

/// What the server itself refuses, before any handler sees it: one row per reason. The connection
/// is closed after each of them, because where the next request begins can't be trusted any more.

#include <string_view>

namespace platform::http {

struct Fault {
  int status;
  std::string_view code;
  std::string_view detail;

  friend bool operator==(const Fault&, const Fault&) = default;
};

namespace faults {

// clang-format off
inline constexpr Fault
    malformed_request   {400, "malformed_request",    "The request line or a header is malformed."},
    ambiguous_length    {400, "ambiguous_length",     "Where the body ends is ambiguous."},
    malformed_body      {400, "malformed_body",       "The chunks of the body are broken."},
    malformed_target    {400, "malformed_target",     "The target has a bad escape or character."},
    malformed_upgrade   {400, "malformed_upgrade",    "No WebSocket handshake of version 13."},
    origin_not_allowed  {403, "origin_not_allowed",   "This origin may not open WebSockets."},
    no_websocket_here   {404, "not_found",            "There is no WebSocket here."},
    head_too_slow       {408, "request_timeout",      "The head of the request took too long."},
    body_too_slow       {408, "request_timeout",      "The body of the request took too long."},
    body_too_large      {413, "body_too_large",       "The body is larger than accepted."},
    target_too_long     {414, "target_too_long",      "The request line is too long."},
    expectation_failed  {417, "expectation_failed",   "Only 100-continue can be expected."},
    headers_too_large   {431, "headers_too_large",    "The headers are too large or too many."},
    internal_error      {500, "internal",             "Something went wrong, and is on record."},
    unknown_method      {501, "unknown_method",       "This method is not known."},
    too_many_connections{503, "too_many_connections", "All connections are in use. Try again."};
// clang-format on

}  // namespace faults
}  // namespace platform::http
