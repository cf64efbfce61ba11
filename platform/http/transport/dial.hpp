#pragma once

#include <string>

#include "platform/http/transport/stream.hpp"
#include "platform/http/transport/url.hpp"

namespace platform::http::transport {

/// Connects to where `url` points; when it is secure, over TLS to a certificate of that host which
/// `ca_file` (empty: the system) vouches for. Tries all of the host's addresses, `limit` in all.
/// Throws system_error.
awaitable<Stream> dial(const Url& url, const std::string& ca_file, Milliseconds limit);

}  // namespace platform::http::transport
