#pragma once

#include <string>

#include "base/instant.hpp"
#include "platform/http/message.hpp"

namespace platform::http {

/// What a response's head says about its connection.
struct Delivery {
  base::Instant now;
  bool keep_alive = true;
  bool secure = false;  ///< Adds Strict-Transport-Security.
};

/// The status line and the headers: the response's own, then Date, Server, Content-Length and
/// Connection, which are the server's to say. Control characters in values become spaces, so that
/// no value can become two headers.
std::string response_head(const Response& response, const Delivery& delivery);

/// Whether a response of this status has a body at all.
bool may_have_body(int status);

/// Appends "name: value\r\n", with the value made harmless as above.
void append_header(std::string& head, std::string_view name, std::string_view value);

}  // namespace platform::http
