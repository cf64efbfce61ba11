#pragma once

/// One kept connection on which requests are sent as bytes that were made before, one after the
/// other: about as cheap as a client can be, so that it leaves the machine to who is measured.

#include <chrono>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "platform/runtime/awaitable.hpp"

namespace sim::load {

using platform::awaitable;

/// What came back, as far as a load needs to know.
struct Answer {
  int status = 0;             ///< 0: nothing whole came: refused, torn down, closed or too late.
  bool names_a_time = false;  ///< There was a Retry-After.
  std::string_view body;      ///< Until the next exchange.
};

class Line {
 public:
  /// To a server of this machine.
  Line(const boost::asio::any_io_executor& executor, int port);

  /// Connects if need be, also when the server has closed what was idle for long, sends `request`,
  /// and waits for the answer. Repeats nothing: what went wrong went wrong. `limit` is for all of
  /// it.
  awaitable<Answer> exchange(std::string_view request, std::chrono::milliseconds limit);

 private:
  awaitable<void> connect();
  awaitable<Answer> read_answer();
  bool was_closed_while_idle();

  boost::asio::ip::tcp::endpoint server_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer deadline_;
  std::chrono::steady_clock::time_point used_at_;
  std::string received_;  ///< Of the last answer.
};

}  // namespace sim::load
