#pragma once

/// Carries out any operation: here when it is this service's own, over NATS when it is another's.

#include <chrono>

#include "platform/resilience/retry_budget.hpp"
#include "services/binding/commands.hpp"
#include "services/binding/service.hpp"

namespace services::binding {

class Switchboard {
 public:
  /// `limit` is for the others' answers; the executor has its own.
  Switchboard(const Environment& environment, contracts::Owner self, CommandExecutor& own,
              std::chrono::milliseconds limit);

  /// Every failure becomes an answer: 503 when the other service is out of reach. What another
  /// service did not answer in time is asked again, if it can be without harm and the retry budget
  /// lasts.
  awaitable<Answer> execute(const contracts::OperationRow& row, Call call);

 private:
  awaitable<Answer> ask_another(const contracts::OperationRow& row, Call call);

  Environment environment_;
  contracts::Owner self_;
  CommandExecutor& own_;
  std::chrono::milliseconds limit_;
  platform::resilience::RetryBudget retries_;
};

}  // namespace services::binding
