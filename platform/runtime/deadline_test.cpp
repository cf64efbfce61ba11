#include "platform/runtime/deadline.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

namespace platform::runtime {
namespace {

using namespace std::chrono_literals;

struct NotEvenAnException {};

awaitable<std::string> answer_after(Milliseconds wait) {
  co_await sleep_for(wait);
  co_return "answer";
}

awaitable<std::string> fail_after(Milliseconds wait) {
  co_await sleep_for(wait);
  throw std::out_of_range{"failed"};
}

awaitable<void> fail_strangely() {
  throw NotEvenAnException{};
  co_return;
}

/// Runs the coroutine to its end; what it throws comes out.
template <class T>
T run(awaitable<T> coroutine, Milliseconds cancelled_after = 1h) {
  boost::asio::io_context context;
  boost::asio::cancellation_signal signal;
  boost::asio::steady_timer timer{context, cancelled_after};
  timer.async_wait([&](auto error) {
    if (!error) signal.emit(boost::asio::cancellation_type::all);
  });
  std::exception_ptr failure;
  std::conditional_t<std::is_void_v<T>, int, T> result{};
  const auto finished = [&](std::exception_ptr thrown, auto... value) {
    failure = thrown;
    if constexpr (!std::is_void_v<T>) ((result = std::move(value)), ...);
    timer.cancel();
  };
  boost::asio::co_spawn(context, std::move(coroutine),
                        boost::asio::bind_cancellation_slot(signal.slot(), finished));
  context.run();
  if (failure) std::rethrow_exception(failure);
  if constexpr (!std::is_void_v<T>) return result;
}

void expect_quick(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST(Deadline, PassesOnTheResult) {
  expect_quick([] { EXPECT_EQ(run(with_deadline(answer_after(1ms), 1min)), "answer"); });
}

TEST(Deadline, PassesOnAFailureAtOnce) {
  expect_quick([] { EXPECT_THROW(run(with_deadline(fail_after(1ms), 1min)), std::out_of_range); });
  expect_quick(
      [] { EXPECT_THROW(run(with_deadline(fail_strangely(), 1min)), NotEvenAnException); });
}

TEST(Deadline, CancelsWhatIsTooSlow) {
  expect_quick([] { EXPECT_THROW(run(with_deadline(answer_after(1min), 1ms)), DeadlineExceeded); });
}

TEST(Deadline, EndsAtOnceWhenCancelled) {
  expect_quick([] {
    try {
      run(with_deadline(answer_after(1min), 1min), 1ms);
      FAIL() << "was not cancelled";
    } catch (const boost::system::system_error& error) {
      EXPECT_EQ(error.code(), boost::asio::error::operation_aborted);
    }
  });
}

}  // namespace
}  // namespace platform::runtime
