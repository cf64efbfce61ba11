#pragma once

/// The inner side of a Socket: what the HTTP server, which accepts sockets, needs of it. Seen by
/// .cpp files only.

#include <memory>

#include "platform/http/message.hpp"
#include "platform/http/transport/stream.hpp"
#include "platform/ws/socket.hpp"

namespace platform::ws {

/// A connected WebSocket. All its reading and writing happens in `run`, which has one owner; those
/// who hold a Socket of it only fill and empty its queues.
class Session : public Socket {
 public:
  /// Reads, writes, pings and keeps the limits until the socket has closed. Called once.
  virtual awaitable<void> run() = 0;
};

/// Answers a handshake that is known to be in order with 101 and `headers`, which may choose a
/// subprotocol. Throws system_error when the peer has gone.
awaitable<std::shared_ptr<Session>> accept(http::transport::Stream stream,
                                           const http::Request& request,
                                           const http::Headers& headers, Limits limits);

/// A Socket that closes `session` normally when it is destroyed.
std::unique_ptr<Socket> hold(std::shared_ptr<Session> session);

}  // namespace platform::ws
