#pragma once

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "platform/runtime/awaitable.hpp"

namespace platform::resilience {

/// Runs `task` to its end; throws what it threw.
inline void run(awaitable<void> task) {
  boost::asio::io_context context;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, std::move(task),
                        [&](std::exception_ptr failure) { thrown = failure; });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace platform::resilience
