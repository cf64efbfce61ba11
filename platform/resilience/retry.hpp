#pragma once

/// A call that is made again when it failed in passing: at most twice, after a jittered wait, and
/// only while the budget lasts. In one layer only, or two retries become nine calls.

#include <chrono>
#include <type_traits>
#include <utility>

#include "platform/resilience/backoff.hpp"
#include "platform/resilience/retry_budget.hpp"
#include "platform/runtime/awaitable.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/runtime/entropy.hpp"

namespace platform::resilience {

struct RetryConfig {
  unsigned retries_max = 2;
  BackoffConfig wait;
};

/// A jittered wait before retry number `retry`, counted from 0.
std::chrono::milliseconds jittered(const BackoffConfig& config, unsigned retry,
                                   runtime::Entropy& entropy);

/// Runs `operation`, a function that returns an awaitable, until it succeeds or may not be retried,
/// and then throws what the last try threw. `is_passing` is asked while that is being handled. The
/// caller's deadline goes around the whole.
template <class Operation>
std::invoke_result_t<Operation&> retried(const RetryConfig& config, RetryBudget& budget,
                                         runtime::Entropy& entropy, Operation operation,
                                         bool (*is_passing)()) {
  budget.earn();
  for (unsigned retry = 0;; ++retry) {
    try {
      co_return co_await operation();
    } catch (...) {
      if (retry == config.retries_max || !is_passing() || !budget.spend()) throw;
    }
    co_await runtime::sleep_for(jittered(config.wait, retry, entropy));
  }
}

}  // namespace platform::resilience
