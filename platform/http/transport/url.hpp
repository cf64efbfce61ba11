#pragma once

#include <string>
#include <string_view>

namespace platform::http::transport {

/// An absolute URL of http, https, ws or wss, taken apart for a request.
struct Url {
  bool secure = false;
  std::string host;       ///< Without the brackets of an IPv6 address.
  std::string port;       ///< Of the scheme when it is not given.
  std::string authority;  ///< What belongs into the Host header.
  std::string target;     ///< Path and query, at least "/".
};

/// Throws std::invalid_argument on other schemes, user names, spaces and control characters.
Url parse_url(std::string_view text);

}  // namespace platform::http::transport
