#pragma once

/// What our ends of TLS insist on: versions 1.2 and 1.3, forward secrecy, authenticated encryption,
/// no renegotiation. Seen by .cpp files only.

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

namespace platform::http::transport {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// Throws std::runtime_error with a sentence when a file can't be read or the two don't match.
TlsContext server_context(const std::string& certificate_file, const std::string& private_key_file);

/// Trusts the certificates in `ca_file`, or the system's when it is empty. Read once for each
/// thread; throws std::runtime_error with a sentence when the file can't be read.
boost::asio::ssl::context& client_context(const std::string& ca_file);

}  // namespace platform::http::transport
