#include "services/binding/switchboard.hpp"

#include <utility>

#include "platform/resilience/retry.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/remote.hpp"

namespace services::binding {
namespace {

namespace telemetry = platform::telemetry;

/// So many tries, and the waits between them, fit into the deadline of a call.
constexpr int tries_per_deadline = 3;
constexpr int percent_for_tries = 90;

std::chrono::milliseconds try_limit(std::chrono::milliseconds deadline) {
  return deadline * percent_for_tries / 100 / tries_per_deadline;
}

bool is_unavailable() {
  try {
    throw;
  } catch (const RemoteUnavailable&) {
    return true;
  } catch (...) {
    return false;
  }
}

/// What is carried out twice under one key takes effect once.
bool can_be_repeated(const contracts::OperationRow& row, const Call& call) {
  return !row.changes_something() || !call.idempotency_key.empty();
}

bool is_still_running(const Answer& answer) {
  return answer.status == contracts::errors::still_running.status &&
         answer.body.find(contracts::errors::still_running.code) != std::string::npos;
}

}  // namespace

Switchboard::Switchboard(const Environment& environment, contracts::Owner self,
                         CommandExecutor& own, std::chrono::milliseconds limit)
    : environment_(environment), self_(self), own_(own), limit_(limit) {}

awaitable<Answer> Switchboard::execute(const contracts::OperationRow& row, Call call) {
  if (row.owner == self_) co_return co_await own_.execute(row, std::move(call));
  const auto trace = call.caller.trace;
  try {
    co_return co_await ask_another(row, std::move(call));
  } catch (const RemoteUnavailable& error) {
    telemetry::warn("service.unavailable",
                    {{"operation", row.name}, {"reason", error.what()}, telemetry::trace(trace)});
    co_return answer_of(contracts::problem(contracts::errors::unavailable));
  }
}

awaitable<Answer> Switchboard::ask_another(const contracts::OperationRow& row, Call call) {
  if (!can_be_repeated(row, call)) {
    co_return co_await forward(environment_.bus, row, std::move(call), limit_);
  }
  int tries = 0;
  const auto try_once = [&]() -> awaitable<Answer> {
    const bool again = tries++ > 0;
    auto answer = co_await forward(environment_.bus, row, call, try_limit(limit_));
    // Our own earlier try is what runs; its answer is what the caller wants.
    if (again && is_still_running(answer)) throw RemoteUnavailable{"still at it"};
    co_return answer;
  };
  co_return co_await platform::resilience::retried({}, retries_, environment_.runtime.entropy(),
                                                   try_once, &is_unavailable);
}

}  // namespace services::binding
