#pragma once

#include <string>
#include <string_view>

namespace platform::stack {

/// Whether a server could listen on this port of 127.0.0.1 now.
bool is_free(int port);

/// A port that is free now; somebody else may be quicker. Where there is one it is none that the
/// system gives to clients: while a server is away, a client could be given its port.
int any_free_port();

/// Sends `request` to a server on 127.0.0.1 and tells whether `expected` is in what comes back.
bool answers_with(int port, std::string_view request, std::string_view expected);

}  // namespace platform::stack
