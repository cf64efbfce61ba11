#pragma once

#include <chrono>

#include "platform/http/transport/stream.hpp"
#include "platform/http/transport/url.hpp"

namespace platform::http::transport {

/// Connects to where `url` points, over TLS with verification when it is secure. Tries all of the
/// host's addresses, `limit` in all; throws system_error.
awaitable<Stream> dial(const Url& url, boost::asio::ssl::context& context, Milliseconds limit);

}  // namespace platform::http::transport
