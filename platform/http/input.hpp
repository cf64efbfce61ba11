#pragma once

/// What has arrived on a connection and has not been understood yet. Seen by .cpp files only.

#include <string>
#include <string_view>

#include "platform/http/transport/stream.hpp"

namespace platform::http {

class Input {
 public:
  std::string_view view() const { return std::string_view{bytes_}.substr(consumed_); }
  bool empty() const { return consumed_ == bytes_.size(); }

  /// Forgets the first `count` bytes.
  void consume(std::size_t count);

  /// Waits for more. False when the stream's deadline passed; throws system_error when no more will
  /// come, with asio::error::eof if the peer has ended properly.
  awaitable<bool> fill(transport::Stream& stream);

 private:
  std::string bytes_;
  std::size_t consumed_ = 0;
};

}  // namespace platform::http
