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

inline constexpr Fault malformed_request{400, "malformed_request",
                                         "The request line or a header is not HTTP/1.1."};
inline constexpr Fault ambiguous_length{400, "ambiguous_length",
                                        "Where the body ends can be read in more than one way."};
inline constexpr Fault malformed_body{400, "malformed_body", "The chunks of the body are broken."};
inline constexpr Fault malformed_target{
    400, "malformed_target", "The target has a bad escape, or a character that paths don't have."};
inline constexpr Fault malformed_upgrade{400, "malformed_upgrade",
                                         "This is not a WebSocket handshake of version 13."};
inline constexpr Fault origin_not_allowed{403, "origin_not_allowed",
                                          "WebSockets from this origin are not allowed."};
inline constexpr Fault no_websocket_here{404, "not_found", "There is no WebSocket here."};
inline constexpr Fault head_too_slow{408, "request_timeout",
                                     "The head of the request took too long."};
inline constexpr Fault body_too_slow{408, "request_timeout",
                                     "The body of the request took too long."};
inline constexpr Fault body_too_large{413, "body_too_large", "The body is larger than accepted."};
inline constexpr Fault target_too_long{414, "target_too_long", "The request line is too long."};
inline constexpr Fault expectation_failed{417, "expectation_failed",
                                          "The only expectation understood is 100-continue."};
inline constexpr Fault headers_too_large{431, "headers_too_large",
                                         "The headers are larger or more than accepted."};
inline constexpr Fault internal_error{500, "internal_error",
                                      "Something went wrong here. It has been recorded."};
inline constexpr Fault unknown_method{501, "unknown_method", "This method is not known."};
inline constexpr Fault too_many_connections{503, "too_many_connections",
                                            "All connections are in use. Try again."};

}  // namespace faults
}  // namespace platform::http
