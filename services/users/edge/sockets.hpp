#pragma once

/// The sockets of phones on one thread: each carries its user's commands and positions in, and the
/// user's frames out.

#include <memory>
#include <string>
#include <vector>

#include "platform/http/server.hpp"
#include "platform/ws/socket.hpp"
#include "services/users/edge/gateway.hpp"
#include "services/users/edge/position_outbox.hpp"

namespace services::users::edge {

class Sockets {
 public:
  virtual ~Sockets() = default;

  /// 101 for a valid token, else 401.
  virtual awaitable<platform::http::Response> upgrade(const platform::http::Request& request) = 0;

  /// Tells every phone what is away now.
  virtual void tell_degraded(const std::vector<std::string>& away) = 0;

  /// Serves an accepted socket until it closes.
  virtual awaitable<void> serve(platform::http::Request request,
                                std::unique_ptr<platform::ws::Socket> socket) = 0;
};

std::unique_ptr<Sockets> make_sockets(const binding::Environment& environment,
                                      const UsersConfig& config, Gateway& gateway,
                                      PositionOutbox& positions, const binding::Presence& presence);

}  // namespace services::users::edge
