#pragma once

/// Binds the rows of contracts/operation.hpp to use cases. This is the one place that decodes,
/// validates, opens and closes the unit of work, counts, logs and maps failures, for all alike.
///
///   constexpr Command<RideUseCases> commands[] = {
///       on<&RideUseCases::arrive>(operations::arrive),
///       on<&RideUseCases::start>(operations::start_ride),
///   };

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <boost/json/value.hpp>

#include "base/json/json.hpp"
#include "contracts/errors.hpp"
#include "contracts/operation.hpp"
#include "domain/rejection.hpp"
#include "platform/bus/connection.hpp"
#include "platform/postgres/pool.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"

namespace services::binding {

using platform::awaitable;

/// The answer to a command as it travels: the success status and its JSON, or a Problem's.
struct Answer {
  int status = 200;
  std::string body;

  bool ok() const { return status < 400; }
};

Answer answer_of(const contracts::Problem& problem);

/// One command as it arrives: who, what, and the key that makes repeating it harmless.
struct Call {
  Caller caller;
  std::string body;             ///< JSON object: path, query and body of the request in one.
  std::string idempotency_key;  ///< May be empty.
};

template <class UseCases>
struct Command {
  using Invoke = awaitable<Answer> (*)(UseCases&, const Work&, const Caller&,
                                       const boost::json::value&, int success_status);
  const contracts::OperationRow* row;
  Invoke invoke;
};

namespace detail {

template <class>
struct UseCaseOf;
template <class UseCasesType, class RequestType, class AnswerType>
struct UseCaseOf<awaitable<domain::Outcome<AnswerType>> (UseCasesType::*)(Caller, RequestType)> {
  using UseCases = UseCasesType;
  using Request = RequestType;
  using Answer = AnswerType;
};

template <auto Method>
awaitable<Answer> invoke(typename UseCaseOf<decltype(Method)>::UseCases& use_cases,
                         const Work& work, const Caller& caller, const boost::json::value& body,
                         int success_status) {
  using Request = typename UseCaseOf<decltype(Method)>::Request;
  auto request = base::json::decode<Request>(body, base::json::Unknown::refuse);
  if (!request) co_return answer_of(contracts::problem(request.error()));
  auto outcome = co_await (use_cases.*Method)(caller, std::move(*request));
  if (!outcome) co_return answer_of(contracts::problem(outcome.error(), work.explanation()));
  co_return Answer{.status = success_status, .body = base::json::to_text(*outcome)};
}

}  // namespace detail

/// Binds a use case `awaitable<Outcome<Answer>> (UseCases::*)(Caller, Request)` to its row; the
/// types must be the row's.
template <auto Method, class Operation>
constexpr auto on(const Operation& operation) {
  using UseCase = detail::UseCaseOf<decltype(Method)>;
  static_assert(std::is_same_v<typename UseCase::Request, typename Operation::Request>);
  static_assert(std::is_same_v<typename UseCase::Answer, typename Operation::Answer>);
  return Command<typename UseCase::UseCases>{&operation, &detail::invoke<Method>};
}

/// A command without its types: what the executor works with.
struct BoundCommand {
  const contracts::OperationRow* row;
  std::function<awaitable<Answer>(Work&, const Caller&, const boost::json::value&)> run;
};

/// Makes the use cases for one command or event, with the stores they work over.
template <class UseCases>
using MakeUseCases = std::function<std::shared_ptr<UseCases>(Work&)>;

template <class UseCases>
std::vector<BoundCommand> bind(std::span<const Command<UseCases>> commands,
                               MakeUseCases<UseCases> make) {
  std::vector<BoundCommand> bound;
  for (const auto& command : commands) {
    bound.push_back({command.row,
                     [command, make](Work& work, const Caller& caller,
                                     const boost::json::value& body) -> awaitable<Answer> {
                       const auto use_cases = make(work);
                       co_return co_await command.invoke(*use_cases, work, caller, body,
                                                         command.row->status);
                     }});
  }
  return bound;
}

/// Several tables as one.
template <class Bound>
std::vector<Bound> together(std::initializer_list<std::vector<Bound>> tables) {
  std::vector<Bound> all;
  for (const auto& table : tables) all.insert(all.end(), table.begin(), table.end());
  return all;
}

struct ExecutorConfig {
  std::size_t in_flight_max = 512;  ///< More are refused with 503 at once.
  std::chrono::milliseconds deadline{2'000};
};

/// Carries out the commands of one service on one thread.
class CommandExecutor {
 public:
  virtual ~CommandExecutor() = default;

  /// Every failure becomes an answer; nothing is thrown but the caller's own cancellation.
  virtual awaitable<Answer> execute(const contracts::OperationRow& row, Call call) = 0;

  /// Serves the subjects of all its rows over NATS, in the queue group of the service.
  virtual void serve(platform::bus::Connection& connection, const std::string& queue) = 0;

  /// Takes no more from NATS, and returns when what is in flight has been answered.
  virtual awaitable<void> drain() = 0;
};

/// `after_commit` is called after each command that changed something: it wakes the outbox relay.
std::unique_ptr<CommandExecutor> make_executor(platform::runtime::Runtime& runtime,
                                               platform::postgres::Pool& pool,
                                               std::vector<BoundCommand> commands,
                                               std::function<void()> after_commit,
                                               ExecutorConfig config = {});

}  // namespace services::binding
