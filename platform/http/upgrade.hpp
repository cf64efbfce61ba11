#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/http/fault.hpp"
#include "platform/http/message.hpp"

namespace platform::http {

/// Why a WebSocket handshake is refused before the service is asked; nothing when it is in order.
/// Browsers always say which page opens a socket, so a missing Origin is not a browser's and is
/// allowed; "*" among `allowed_origins` allows all.
std::optional<Fault> refuse_upgrade(const Request& request,
                                    const std::vector<std::string>& allowed_origins);

}  // namespace platform::http
