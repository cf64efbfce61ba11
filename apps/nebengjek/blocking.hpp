#pragma once

/// Runs one coroutine to its end on this thread: for commands of the terminal.

#include <exception>
#include <functional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "platform/runtime/awaitable.hpp"
#include "platform/runtime/runtime.hpp"

namespace apps::nebengjek {

/// Gives `work` a Runtime of its own; rethrows what escapes it.
inline void run_blocking(
    const std::function<platform::awaitable<void>(platform::runtime::Runtime&)>& work) {
  namespace asio = boost::asio;
  asio::io_context io{1};
  platform::runtime::Runtime runtime{io.get_executor(), "command"};
  std::exception_ptr thrown;
  asio::co_spawn(
      io,
      [&]() -> platform::awaitable<void> {
        std::exception_ptr escaped;
        try {
          co_await work(runtime);
        } catch (...) {
          escaped = std::current_exception();
        }
        co_await runtime.tasks().join();
        if (escaped) std::rethrow_exception(escaped);
      },
      [&](const std::exception_ptr& escaped) { thrown = escaped; });
  io.run();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace apps::nebengjek
