#include "services/binding/commands.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "platform/postgres/errors.hpp"
#include "platform/resilience/backoff.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/security/digest.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/audit.hpp"
#include "services/binding/presence.hpp"
#include "services/binding/remote.hpp"
#include "services/binding/wire.hpp"

namespace services::binding {
namespace {

namespace bus = platform::bus;
namespace postgres = platform::postgres;
namespace runtime = platform::runtime;
namespace telemetry = platform::telemetry;

// The one layer that tries a command again: only when another transaction was in the way.
constexpr int attempts_max = 3;
constexpr std::chrono::milliseconds last_commands_limit{1'000};

/// What a failed environment is to the caller, and how loudly it is logged.
struct Failure {
  const contracts::ErrorCode* error;
  telemetry::Level level;
};

/// The one place where exceptions become answers.
std::pair<Failure, std::string> failure_of(const std::exception_ptr& thrown) {
  using contracts::errors::internal;
  using contracts::errors::unavailable;
  try {
    std::rethrow_exception(thrown);
  } catch (const postgres::Unavailable& error) {
    return {{&unavailable, telemetry::Level::warn}, error.what()};
  } catch (const postgres::Contended& error) {
    return {{&unavailable, telemetry::Level::warn}, error.what()};
  } catch (const postgres::ConstraintViolated& error) {
    return {{&contracts::error_of(domain::Rejection::conflict), telemetry::Level::warn},
            error.what()};
  } catch (const bus::Unavailable& error) {
    return {{&unavailable, telemetry::Level::warn}, error.what()};
  } catch (const RemoteUnavailable& error) {
    return {{&unavailable, telemetry::Level::warn}, error.what()};
  } catch (const runtime::DeadlineExceeded& error) {
    return {{&unavailable, telemetry::Level::warn}, error.what()};
  } catch (const bus::KeyReused&) {
    return {{&contracts::errors::key_reused, telemetry::Level::info}, "idempotency key reused"};
  } catch (const bus::StillRunning&) {
    return {{&contracts::errors::still_running, telemetry::Level::info}, "still running"};
  } catch (const std::exception& error) {
    return {{&internal, telemetry::Level::error}, error.what()};
  } catch (...) {
    return {{&internal, telemetry::Level::error}, "unknown exception"};
  }
}

bool was_cancelled(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& error) {
    return error.code() == boost::asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

std::optional<bus::IdempotencyKey> key_of(const contracts::OperationRow& row, const Call& call) {
  const bool anonymous = call.caller.user.is_nil() && call.caller.staff.empty();
  if (!row.changes_something() || call.idempotency_key.empty() || anonymous) return {};
  return bus::IdempotencyKey{
      .scope = call.caller.user.is_nil() ? call.caller.staff : call.caller.user.text(),
      .key = call.idempotency_key,
      .request_hash = platform::security::sha256_hex(std::string{row.subject} + '\n' + call.body)};
}

class Executor final : public CommandExecutor {
 public:
  Executor(runtime::Runtime& runtime, postgres::Pool& pool, std::vector<BoundCommand> commands,
           std::function<void()> after_commit, ExecutorConfig config)
      : runtime_(runtime),
        pool_(pool),
        after_commit_(std::move(after_commit)),
        config_(config),
        idle_(runtime.executor()) {
    for (auto& command : commands) commands_.emplace(command.row->subject, std::move(command));
  }

  awaitable<Answer> execute(const contracts::OperationRow& row, Call call) override {
    const auto found = commands_.find(row.subject);
    if (found == commands_.end()) co_return not_bound(row);
    if (in_flight_ >= config_.in_flight_max) {
      co_return answer_of(contracts::problem(contracts::errors::unavailable, "too busy"));
    }
    const InFlight counted{*this};
    co_return co_await answer_within_deadline(found->second, call);
  }

  void serve(bus::Connection& connection, const std::string& queue) override {
    served_ = &connection;
    for (const auto& [subject, command] : commands_) {
      subscriptions_.push_back(connection.subscribe(
          std::string{subject}, queue,
          [this, &connection, row = command.row](bus::Message message) {
            runtime_.tasks().spawn(std::string{row->subject},
                                   [this, &connection, row, message = std::move(message)] {
                                     return reply_to(connection, *row, message);
                                   });
          }));
    }
    runtime_.tasks().spawn("binding.announce", [this, &connection, queue] {
      return announce_presence(connection, queue, [this] { return !subscriptions_.empty(); });
    });
  }

  awaitable<void> drain() override {
    for (const auto& subscription : subscriptions_) subscription->wind_down();
    co_await take_what_was_sent();
    subscriptions_.clear();
    while (in_flight_ > 0) {
      idle_.expires_after(std::chrono::seconds{1});
      boost::system::error_code ignored;
      co_await idle_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
  }

 private:
  struct InFlight {
    explicit InFlight(Executor& executor) : owner(executor) { ++owner.in_flight_; }
    ~InFlight() {
      if (--owner.in_flight_ == 0) owner.idle_.cancel();
    }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    Executor& owner;
  };

  /// Commands that NATS has given to this member of the queue, and to no other.
  awaitable<void> take_what_was_sent() {
    if (subscriptions_.empty()) co_return;
    try {
      co_await served_->flush(last_commands_limit);
      // They have been spawned; behind them in the queue we find them counted.
      co_await boost::asio::post(runtime_.executor(), boost::asio::use_awaitable);
    } catch (const bus::Unavailable& error) {
      telemetry::warn("command.last_ones_lost", {{"reason", error.what()}});
    }
  }

  /// The contract may be a release ahead of the service, never behind it.
  static Answer not_bound(const contracts::OperationRow& row) {
    telemetry::error("command.not_bound", {{"operation", row.name}});
    return answer_of(contracts::problem(contracts::errors::unavailable));
  }

  awaitable<void> reply_to(bus::Connection& connection, const contracts::OperationRow& row,
                           const bus::Message& message) {
    const auto answer = co_await execute(row, call_of(message));
    try {
      connection.publish(message.reply_to, answer.body, headers_of(answer));
    } catch (const bus::Unavailable& error) {
      // The caller finds what happened by its idempotency key.
      telemetry::warn("command.reply_lost", {{"operation", row.name}, {"reason", error.what()}});
    }
  }

  awaitable<Answer> answer_within_deadline(const BoundCommand& command, const Call& call) {
    std::exception_ptr thrown;
    try {
      auto answer = co_await runtime::with_deadline(attempt_until_uncontended(command, call),
                                                    config_.deadline);
      if (!answer.ok()) log_refusal(*command.row, call, answer);
      co_return answer;
    } catch (const bus::AlreadyAnswered& first) {
      co_return answer_of_kept(first.answer);
    } catch (...) {
      thrown = std::current_exception();
    }
    if (was_cancelled(thrown)) std::rethrow_exception(thrown);
    const auto [failure, reason] = failure_of(thrown);
    telemetry::log(failure.level, "command.failed",
                   {{"operation", command.row->name},
                    {"reason", reason},
                    telemetry::trace(call.caller.trace)});
    co_return answer_of(contracts::problem(*failure.error));
  }

  awaitable<Answer> attempt_until_uncontended(const BoundCommand& command, const Call& call) {
    const auto body = base::json::parse(call.body);
    if (!body) {
      co_return answer_of(
          contracts::problem(contracts::errors::malformed, base::json::to_string(body.error())));
    }
    for (int attempt = 1;; ++attempt) {
      try {
        co_return co_await attempt_once(command, call, *body);
      } catch (const postgres::Contended&) {
        if (attempt == attempts_max) throw;
      } catch (const postgres::ConstraintViolated&) {
        // An index was the referee of a race: the second look sees who won.
        if (attempt == attempts_max) throw;
      }
      co_await runtime::sleep_for(pause_before_retry(static_cast<unsigned>(attempt - 1)));
    }
  }

  awaitable<Answer> attempt_once(const BoundCommand& command, const Call& call,
                                 const boost::json::value& body) {
    bus::Unit unit{pool_, key_of(*command.row, call)};
    Work work{unit, runtime_, call.caller.trace};
    auto answer = co_await command.run(work, call.caller, body);
    if (answer.ok() && is_audited(*command.row, call)) {
      co_await write_down(work, *command.row, call);
    }
    if (answer.ok() || work.keeps_refusal()) {
      co_await unit.commit(to_kept(answer));
      work.committed();
    }
    if (command.row->changes_something()) after_commit_();
    co_return answer;
  }

  std::chrono::milliseconds pause_before_retry(unsigned retry) {
    constexpr auto random_max = std::numeric_limits<std::uint32_t>::max();
    return platform::resilience::backoff({}, retry, runtime_.entropy().below(random_max));
  }

  static void log_refusal(const contracts::OperationRow& row, const Call& call,
                          const Answer& answer) {
    const auto problem = base::json::from_text<contracts::Problem>(answer.body);
    telemetry::info("command.refused",
                    {{"operation", row.name},
                     {"code", problem ? problem->code : std::string{}},
                     {"detail", problem ? problem->detail.value_or("") : std::string{}},
                     {"user", call.caller.user.text()},
                     telemetry::trace(call.caller.trace)});
  }

  runtime::Runtime& runtime_;
  postgres::Pool& pool_;
  std::unordered_map<std::string_view, BoundCommand> commands_;
  std::function<void()> after_commit_;
  ExecutorConfig config_;
  bus::Connection* served_ = nullptr;
  std::vector<std::unique_ptr<bus::Subscription>> subscriptions_;
  std::size_t in_flight_ = 0;
  boost::asio::steady_timer idle_;
};

}  // namespace

Answer answer_of(const contracts::Problem& problem) {
  return {.status = problem.status, .body = base::json::to_text(problem)};
}

std::unique_ptr<CommandExecutor> make_executor(runtime::Runtime& runtime, postgres::Pool& pool,
                                               std::vector<BoundCommand> commands,
                                               std::function<void()> after_commit,
                                               ExecutorConfig config) {
  return std::make_unique<Executor>(runtime, pool, std::move(commands), std::move(after_commit),
                                    config);
}

}  // namespace services::binding
