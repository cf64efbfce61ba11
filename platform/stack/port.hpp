#pragma once

#include <string>
#include <string_view>

namespace platform::stack {

/// Whether a server could listen on this port of 127.0.0.1 now.
bool is_free(int port);

/// A port that is free now; somebody else may be quicker.
int any_free_port();

/// Sends `request` to a server on 127.0.0.1 and tells whether `expected` is in what comes back.
bool answers_with(int port, std::string_view request, std::string_view expected);

}  // namespace platform::stack
