#pragma once

#include <chrono>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "platform/runtime/awaitable.hpp"

namespace platform::bus {

/// Wakes the one coroutine that waits for it. A ring that nobody hears is kept for the next wait.
/// On one thread.
class Bell {
 public:
  explicit Bell(const boost::asio::any_io_executor& executor);

  void ring();

  /// Returns true when rung, also before, and false after `limit`.
  awaitable<bool> wait_for(std::chrono::milliseconds limit);

 private:
  boost::asio::steady_timer timer_;
  bool rung_ = false;
};

}  // namespace platform::bus
