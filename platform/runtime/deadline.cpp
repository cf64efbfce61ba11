#include "platform/runtime/deadline.hpp"

namespace platform::runtime {

awaitable<void> sleep_for(Milliseconds duration) {
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, duration};
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace platform::runtime
