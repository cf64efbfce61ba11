#pragma once

/// Deadlines and waiting. An operation that misses its deadline is cancelled and answers with
/// DeadlineExceeded; every awaitable of ours completes at once when it is cancelled, because the
/// deadline has to wait for it (Asio's `||` waits for the loser).

#include <chrono>
#include <exception>
#include <expected>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "platform/runtime/awaitable.hpp"

namespace platform::runtime {

using Milliseconds = std::chrono::milliseconds;

struct DeadlineExceeded : std::runtime_error {
  DeadlineExceeded() : std::runtime_error("deadline exceeded") {}
};

/// Waits for `duration`; throws boost::system::system_error(operation_aborted) when cancelled.
awaitable<void> sleep_for(Milliseconds duration);

namespace detail {

/// What came of an operation. Asio's `||` waits for a success, so a failure has to be one too.
template <class T>
awaitable<std::expected<T, std::exception_ptr>> settled(awaitable<T> operation) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(operation);
      co_return std::expected<T, std::exception_ptr>{};
    } else {
      co_return co_await std::move(operation);
    }
  } catch (...) {
    co_return std::unexpected{std::current_exception()};
  }
}

}  // namespace detail

/// The result of `operation` or what it throws, or DeadlineExceeded after `limit`.
template <class T>
awaitable<T> with_deadline(awaitable<T> operation, Milliseconds limit) {
  using namespace boost::asio::experimental::awaitable_operators;
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, limit};
  auto winner = co_await (detail::settled(std::move(operation)) ||
                          timer.async_wait(boost::asio::use_awaitable));
  if (winner.index() == 1) throw DeadlineExceeded{};
  auto& outcome = std::get<0>(winner);
  if (!outcome) std::rethrow_exception(outcome.error());
  if constexpr (!std::is_void_v<T>) co_return *std::move(outcome);
}

}  // namespace platform::runtime
