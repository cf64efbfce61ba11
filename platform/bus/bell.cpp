#include "platform/bus/bell.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace platform::bus {

Bell::Bell(const boost::asio::any_io_executor& executor) : timer_(executor) {}

void Bell::ring() {
  rung_ = true;
  timer_.cancel();
}

awaitable<bool> Bell::wait_for(std::chrono::milliseconds limit) {
  // Expired by now when rung before: it yields the thread all the same.
  timer_.expires_after(rung_ ? std::chrono::milliseconds{0} : limit);
  boost::system::error_code waited;
  co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, waited));
  if (waited && !rung_) throw boost::system::system_error{waited};
  co_return std::exchange(rung_, false);
}

}  // namespace platform::bus
