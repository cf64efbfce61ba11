#include "platform/postgres/borrowed_socket.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace platform::postgres {

namespace asio = boost::asio;

awaitable<bool> BorrowedSocket::ready(Readiness readiness, Deadline deadline) {
  asio::steady_timer timer{descriptor_.get_executor(), deadline};
  const auto [order, waited, expired] =
      co_await asio::experimental::make_parallel_group(
          descriptor_.async_wait(readiness, asio::deferred), timer.async_wait(asio::deferred))
          .async_wait(asio::experimental::wait_for_one{}, asio::use_awaitable);
  if (!waited) co_return true;
  if (!expired) co_return false;
  throw boost::system::system_error{waited};
}

}  // namespace platform::postgres
