#pragma once

#include <chrono>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "platform/runtime/awaitable.hpp"

namespace platform::postgres {

using Deadline = std::chrono::steady_clock::time_point;
using Readiness = boost::asio::posix::stream_descriptor::wait_type;

/// A socket of libpq's: watched here, closed there.
class BorrowedSocket {
 public:
  BorrowedSocket(const boost::asio::any_io_executor& executor, int socket)
      : descriptor_(executor, socket) {}
  ~BorrowedSocket() { descriptor_.release(); }
  BorrowedSocket(const BorrowedSocket&) = delete;
  BorrowedSocket& operator=(const BorrowedSocket&) = delete;

  /// Waits until the socket is ready; false when that was not before `deadline`. Completes at once
  /// when cancelled.
  awaitable<bool> ready(Readiness readiness, Deadline deadline);

 private:
  boost::asio::posix::stream_descriptor descriptor_;
};

}  // namespace platform::postgres
