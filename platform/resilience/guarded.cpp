#include "platform/resilience/guarded.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace platform::resilience {
namespace {

CircuitBreaker::Permit admitted(CircuitBreaker& breaker, base::Instant now) {
  const auto permit = breaker.admit(now);
  if (!permit) throw CircuitOpen{breaker.retry_after(now)};
  return *permit;
}

}  // namespace

Admission::Admission(CircuitBreaker& breaker, const runtime::Clock& clock)
    : breaker_(breaker), clock_(clock), permit_(admitted(breaker, clock.now())) {}

Outcome outcome_of_exception() {
  try {
    throw;
  } catch (const boost::system::system_error& error) {
    const bool cancelled = error.code() == boost::asio::error::operation_aborted;
    return cancelled ? Outcome::unknown : Outcome::bad;
  } catch (...) {
    return Outcome::bad;
  }
}

}  // namespace platform::resilience
