#pragma once

/// Something outside that one thread calls, behind a circuit breaker that operators can see: in the
/// log when it opens and closes, in the metrics, and in the answer of the admin port's /readyz.
///
/// A call that fails at once (a refused connection, nobody who serves a subject) needs no breaker
/// and tells it nothing: callers report it as `unknown`. The breaker is for calls that were waited
/// for in vain.

#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

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

/// What the exception being handled says about the dependency: `unknown` for our own cancellation,
/// else `bad`.
Outcome outcome_of_exception();

class Dependency {
 public:
  /// `name` is one of a few known ones: "postgres", "rides".
  Dependency(const runtime::Clock& clock, std::string name, BreakerConfig config = {});
  ~Dependency();
  Dependency(const Dependency&) = delete;
  Dependency& operator=(const Dependency&) = delete;

  const std::string& name() const { return name_; }
  BreakerState state() const { return breaker_.state(clock_.now()); }
  /// Whether a call would be made now.
  bool admits() const { return breaker_.admits(clock_.now()); }

  /// One call. What became of it is recorded at its end; unless said otherwise, nothing is known.
  class Call {
   public:
    /// Throws CircuitOpen.
    explicit Call(Dependency& dependency);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    /// Runs `operation`, a function that returns an awaitable, and notes what became of it.
    /// `outcome_of` is asked while what it threw is being handled: an answer that came as an
    /// exception, such as a violated constraint, is a good outcome.
    template <class Operation>
    std::invoke_result_t<Operation&> run(Operation operation,
                                         Outcome (*outcome_of)() = &outcome_of_exception) {
      try {
        if constexpr (std::is_void_v<typename std::invoke_result_t<Operation&>::value_type>) {
          co_await operation();
          outcome = Outcome::good;
        } else {
          auto result = co_await operation();
          outcome = Outcome::good;
          co_return result;
        }
      } catch (...) {
        outcome = outcome_of();
        throw;
      }
    }

    Outcome outcome = Outcome::unknown;

   private:
    Dependency& dependency_;
    CircuitBreaker::Permit permit_;
  };

 private:
  void watch();

  const runtime::Clock& clock_;
  std::string name_;
  CircuitBreaker breaker_;
  bool open_ = false;  ///< As told last.
};

/// The dependencies whose breaker is not closed in some thread of this process. Thread-safe.
std::vector<std::string> open_circuits(base::Instant now);

}  // namespace platform::resilience
