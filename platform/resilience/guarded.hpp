#pragma once

/// A call through a circuit breaker.

#include <stdexcept>
#include <type_traits>
#include <utility>

#include "platform/resilience/circuit_breaker.hpp"
#include "platform/runtime/awaitable.hpp"
#include "platform/runtime/clock.hpp"

namespace platform::resilience {

/// The breaker is open: the call was not made.
struct CircuitOpen : std::runtime_error {
  explicit CircuitOpen(base::Duration wait)
      : std::runtime_error("circuit open"), retry_after(wait) {}
  base::Duration retry_after;
};

/// The right to one call. It goes back even when the coroutine is destroyed in the middle, which
/// says nothing about the dependency.
class Admission {
 public:
  /// Throws CircuitOpen.
  Admission(CircuitBreaker& breaker, const runtime::Clock& clock);
  ~Admission() { breaker_.record(permit_, outcome, clock_.now()); }
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  Outcome outcome = Outcome::unknown;

 private:
  CircuitBreaker& breaker_;
  const runtime::Clock& clock_;
  CircuitBreaker::Permit permit_;
};

/// What the exception being handled says about the dependency: `unknown` for our own cancellation,
/// else `bad`.
Outcome outcome_of_exception();

/// Runs `operation`, a function that returns an awaitable, if the breaker lets it; else throws
/// CircuitOpen. `outcome_of` is asked while what the operation threw is being handled: an answer
/// that came as an exception, such as a violated constraint, is a good outcome.
template <class Operation>
std::invoke_result_t<Operation&> guarded(CircuitBreaker& breaker, const runtime::Clock& clock,
                                         Operation operation,
                                         Outcome (*outcome_of)() = &outcome_of_exception) {
  using Result = typename std::invoke_result_t<Operation&>::value_type;
  Admission admission{breaker, clock};
  try {
    if constexpr (std::is_void_v<Result>) {
      co_await operation();
      admission.outcome = Outcome::good;
    } else {
      auto result = co_await operation();
      admission.outcome = Outcome::good;
      co_return result;
    }
  } catch (...) {
    admission.outcome = outcome_of();
    throw;
  }
}

}  // namespace platform::resilience
