#pragma once

#include <string>

namespace apps::nebengjek {

/// A WebSocket client for the terminal: sends each line of standard input as a frame and prints
/// each frame that comes, until the socket closes. The end of standard input closes it, after the
/// answers to what was sent had `linger_ms` to come. Returns the exit status.
int talk_over_socket(const std::string& url, const std::string& token, int linger_ms);

}  // namespace apps::nebengjek
