#pragma once

/// One WebSocket, server or client side, as text frames. Reading is one coroutine's; `send` never
/// waits: it puts the frame into a bounded queue that the socket's own writer drains. Who reads too
/// slowly stops the peer (64 messages are held), and whoever destroys the Socket closes it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/http/message.hpp"
#include "platform/runtime/runtime.hpp"

namespace platform::ws {

struct Limits {
  std::size_t message_max_bytes = 16'384;    // 1009
  std::size_t outgoing_max_frames = 256;     // 1013: a reader slower than its events
  std::size_t messages_per_second_max = 50;  // 1008; of clients, pings included
  std::chrono::milliseconds ping_interval{20'000};
  std::chrono::milliseconds pong_timeout{10'000};  // then the connection is dropped: 1006
  std::chrono::milliseconds write_timeout{5'000};  // for a frame, and for the peer's farewell
};

/// Close codes of RFC 6455 and ours (4000 and up).
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  not_text = 1003,
  bad_text = 1007,
  policy = 1008,
  too_big = 1009,
  internal_error = 1011,
  try_again_later = 1013,
  token_expired = 4401,
  replaced = 4409,
};

class Socket {
 public:
  virtual ~Socket() = default;

  /// The next text message; empty when the socket has closed, for whatever reason. Breaking a limit
  /// closes the socket with the limit's code. May be cancelled and called again.
  virtual awaitable<std::optional<std::string>> read() = 0;

  /// Queues a frame that must arrive. When the queue is full the socket is closed with 1013.
  virtual void send(std::string text) = 0;

  /// Queues a frame of which only the newest of its `slot` matters (a position): it replaces an
  /// unsent one of the same slot.
  virtual void send_latest(std::string_view slot, std::string text) = 0;

  /// Starts the closing handshake after the frames already queued; `read` then ends.
  virtual void close(CloseCode code, std::string_view reason = {}) = 0;

  /// The code that the socket closed with, once it has (0 until then); 1006 when the peer just went
  /// away.
  virtual std::uint16_t close_code() const = 0;
};

/// Connects as a client. `url` is ws:// or wss://. Throws http::NoAnswer, also when the server
/// refuses the upgrade (the message carries the status).
awaitable<std::unique_ptr<Socket>> connect(runtime::Runtime& runtime, std::string url,
                                           http::Headers headers, std::string ca_file = {},
                                           Limits limits = {});

}  // namespace platform::ws
