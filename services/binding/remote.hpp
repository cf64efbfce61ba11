#pragma once

/// Asking another service: a row of contracts/operation.hpp over NATS request/reply.

#include <chrono>
#include <stdexcept>
#include <string>

#include "base/json/json.hpp"
#include "contracts/operation.hpp"
#include "platform/bus/connection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/commands.hpp"

namespace services::binding {

/// The other service could not be reached, did not answer in time or failed. What it was asked to
/// do may have happened.
struct RemoteUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Sends a call and returns the other service's answer as it is. Throws RemoteUnavailable.
awaitable<Answer> forward(platform::bus::Connection& connection, const contracts::OperationRow& row,
                          Call call, std::chrono::milliseconds limit);

/// Asks on this service's own behalf. Throws RemoteUnavailable, also when the answer is a refusal:
/// between services that is a bug.
template <class Request, class AnswerType>
awaitable<AnswerType> ask(platform::bus::Connection& connection,
                          const contracts::Operation<Request, AnswerType>& operation,
                          Request request, std::string trace, std::chrono::milliseconds limit) {
  const auto answer = co_await forward(connection, operation,
                                       Call{.caller = Caller{.trace = std::move(trace)},
                                            .body = base::json::to_text(request),
                                            .idempotency_key = {}},
                                       limit);
  if (!answer.ok()) throw RemoteUnavailable{answer.body};
  auto decoded = base::json::from_text<AnswerType>(answer.body);
  if (!decoded) throw RemoteUnavailable{"an answer that can't be read: " + decoded.error()};
  co_return std::move(*decoded);
}

}  // namespace services::binding
