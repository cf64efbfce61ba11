#include "platform/bus/repeat.hpp"

#include <exception>
#include <utility>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include "platform/bus/failure.hpp"
#include "platform/resilience/retry.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::bus {
namespace {

void log_interrupted(const std::string& name, const std::exception_ptr& thrown) {
  const auto failure = describe(thrown);
  telemetry::log(failure.level(), "bus.interrupted", {{"task", name}, {"reason", failure.reason}});
}

void log_resumed(const std::string& name, unsigned failures) {
  telemetry::info("bus.resumed", {{"task", name}, {"failures", failures}});
}

}  // namespace

awaitable<void> repeat(std::string name, runtime::Runtime& runtime,
                       std::function<awaitable<void>()> turn, std::function<bool()> done) {
  constexpr resilience::BackoffConfig pauses;
  unsigned failures = 0;
  while (!done()) {
    if (const auto thrown = co_await thrown_by(turn())) {
      if (failures == 0) log_interrupted(name, thrown);
      co_await runtime::sleep_for(resilience::jittered(pauses, failures++, runtime.entropy()));
    } else if (failures > 0) {
      log_resumed(name, std::exchange(failures, 0));
    }
  }
}

awaitable<void> with_farewell(awaitable<void> work, std::function<awaitable<void>()> farewell) {
  std::exception_ptr thrown;
  try {
    co_await std::move(work);
  } catch (...) {
    thrown = std::current_exception();
  }
  co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation{});
  if (const auto failed = co_await thrown_by(farewell())) {
    telemetry::warn("bus.farewell_failed", {{"reason", describe(failed).reason}});
  }
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace platform::bus
