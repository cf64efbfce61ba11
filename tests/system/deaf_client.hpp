#pragma once

/// A client that asks over its WebSocket and never reads what it is answered, so that the answers
/// pile up at the edge. The real client library won't do that, hence the bare socket.

#include <chrono>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "platform/runtime/runtime.hpp"

namespace tests::system {

class DeafClient {
 public:
  explicit DeafClient(platform::runtime::Runtime& runtime) : socket_(runtime.executor()) {}

  /// `edge` is "http://127.0.0.1:8080". Throws when the upgrade is refused.
  platform::awaitable<void> connect(const std::string& edge, const std::string& token);

  /// Asks for so many answers of 15 KB, as fast as the edge lets a client ask.
  platform::awaitable<void> ask(int count);

  /// Whether the edge gives it up in that time.
  platform::awaitable<bool> is_dropped_within(std::chrono::milliseconds limit);

 private:
  boost::asio::ip::tcp::socket socket_;
};

}  // namespace tests::system
