#pragma once

/// An HTTP/1.1 server with TLS and WebSocket upgrade for one thread (threads share a port by
/// SO_REUSEPORT). Every limit has a name and a status: what breaks one is answered and closed
/// before any handler sees it. Beast is seen only by .cpp files.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/http/message.hpp"
#include "platform/runtime/runtime.hpp"
#include "platform/ws/socket.hpp"

namespace platform::http {

struct ServerConfig {
  std::string address = "127.0.0.1";
  int port = 0;                  ///< 0: the system chooses; see Server::port.
  std::string certificate_file;  ///< PEM chain; with the key: TLS 1.2 and 1.3 only.
  std::string private_key_file;
  /// Addresses and networks ("10.0.0.0/8") whose X-Forwarded-For and -Proto are believed.
  std::vector<std::string> trusted_proxies;
  std::vector<std::string> allowed_origins;  ///< For browsers' WebSockets; "*" allows all.
  std::size_t connections_max = 18'000;
  std::size_t request_line_max_bytes = 4'096;      // 414
  std::size_t headers_max_bytes = 8'192;           // 431
  std::size_t body_max_bytes = 65'536;             // 413; operations may set less
  std::chrono::milliseconds head_timeout{5'000};   // 408
  std::chrono::milliseconds body_timeout{10'000};  // 408
  std::size_t body_min_bytes_per_second = 500;     // 408, once the grace is used up
  std::chrono::milliseconds body_pace_grace{3'000};
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds write_timeout{5'000};
  std::chrono::milliseconds certificate_check_interval{10'000};
  /// How long a server that stops still takes what comes: see Server::stop.
  std::chrono::milliseconds drain{0};
  ws::Limits websocket;
};

/// Answers one request. What it throws becomes 500 (logged once); it must hold its own deadline.
using Handler = std::function<awaitable<Response>(Request)>;

/// Decides about a WebSocket upgrade: a Response with status 101 accepts (its headers, such as the
/// chosen subprotocol, are sent), any other status refuses.
using UpgradeHandler = std::function<awaitable<Response>(const Request&)>;

/// Owns an accepted socket until it returns; then the socket is closed.
using SocketHandler = std::function<awaitable<void>(Request, std::unique_ptr<ws::Socket>)>;

struct Routes {
  Handler on_request;
  UpgradeHandler on_upgrade;  ///< Empty: upgrades are answered 404.
  SocketHandler on_socket;
  /// Makes the answer to what the server refuses by itself (a bad head, a limit) and to handlers
  /// that throw. Empty: see problem.hpp.
  std::function<Response(int status, std::string_view code, std::string_view detail)> on_error;
};

class Server {
 public:
  virtual ~Server() = default;

  /// The port that is listened on.
  virtual int port() const = 0;

  /// For `drain` all goes on, but that each connection is closed after its next answer: whoever
  /// sends work here has that time to hear that it should go elsewhere. Then stops accepting, lets
  /// requests in flight finish within `grace`, closes sockets with 1001, and returns when all is
  /// closed.
  virtual awaitable<void> stop(std::chrono::milliseconds grace) = 0;
};

/// Starts listening at once. Throws std::runtime_error with a sentence when the port is taken or
/// the certificate can't be read.
std::unique_ptr<Server> make_server(runtime::Runtime& runtime, ServerConfig config, Routes routes);

}  // namespace platform::http
