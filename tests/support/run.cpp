#include <exception>
#include <stdexcept>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/assert.hpp"
#include "tests/support/stack_fixture.hpp"

namespace tests::support {
namespace {

namespace asio = boost::asio;
using platform::awaitable;
using platform::runtime::Runtime;

constexpr std::chrono::seconds patience_after_cancelling{5};

awaitable<void> to_the_end(const Test& test, Runtime& runtime) {
  std::exception_ptr failure;
  try {
    co_await test(runtime);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state();
  co_await runtime.tasks().join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

void run(const Test& test, std::chrono::milliseconds limit) {
  asio::io_context context{1};
  Runtime runtime{context.get_executor(), "test"};
  asio::cancellation_signal cancel;
  std::exception_ptr failure;
  bool ended = false;
  asio::co_spawn(context, to_the_end(test, runtime),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr thrown) {
                   failure = std::move(thrown);
                   ended = true;
                 }));
  context.run_for(limit);
  const bool in_time = ended;
  if (!in_time) {
    cancel.emit(asio::cancellation_type::all);
    context.run_for(patience_after_cancelling);
    NEBENGJEK_ASSERT(ended);
  }
  if (!in_time) throw std::runtime_error{"the test did not end in time"};
  if (failure) std::rethrow_exception(failure);
}

}  // namespace tests::support
