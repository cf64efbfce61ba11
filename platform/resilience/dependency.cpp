#include "platform/resilience/dependency.hpp"

#include <map>
#include <mutex>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"

namespace platform::resilience {
namespace {

constexpr telemetry::GaugeFamily circuits_open{
    "nebengjek_circuits_open", "Threads that do not call a dependency for now", {"dependency"}};
constexpr telemetry::CounterFamily calls_refused{"nebengjek_circuit_refusals_total",
                                                 "Calls not made because a circuit was open",
                                                 {"dependency"}};

/// Which threads hold a circuit open, and until when if they call no more: as the gauge, but
/// readable.
class OpenCircuits {
 public:
  void add(const std::string& name, const Dependency* holder, base::Instant until) {
    const std::lock_guard lock{mutex_};
    change(name, [&](Holders& holders) { holders[holder] = until; });
  }
  void remove(const std::string& name, const Dependency* holder) {
    const std::lock_guard lock{mutex_};
    change(name, [&](Holders& holders) { holders.erase(holder); });
  }
  std::vector<std::string> names(base::Instant now) {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> names;
    for (const auto& [name, ignored] : circuits_) {
      change(name, [&](Holders& holders) {
        std::erase_if(holders, [&](const auto& holder) { return now >= holder.second; });
        if (!holders.empty()) names.push_back(name);
      });
    }
    return names;
  }

 private:
  using Holders = std::map<const Dependency*, base::Instant>;

  void change(const std::string& name, const auto& how) {
    auto& holders = circuits_[name];
    how(holders);
    circuits_open.with(name).set(static_cast<int>(holders.size()));
  }

  std::mutex mutex_;
  std::map<std::string, Holders> circuits_;
};

OpenCircuits& of_process() {
  static OpenCircuits circuits;
  return circuits;
}

CircuitBreaker::Permit admitted(CircuitBreaker& breaker, const std::string& name,
                                base::Instant now) {
  if (const auto permit = breaker.admit(now)) return *permit;
  calls_refused.with(name).add();
  throw CircuitOpen{breaker.retry_after(now)};
}

}  // namespace

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

Dependency::Dependency(const runtime::Clock& clock, std::string name, BreakerConfig config)
    : clock_(clock), name_(std::move(name)), breaker_(config) {
  of_process().remove(name_, this);  // Shown as 0 from the beginning.
}

Dependency::~Dependency() { of_process().remove(name_, this); }

/// Half open is still told as open: calls are being refused.
void Dependency::watch() {
  const bool open = breaker_.state(clock_.now()) != BreakerState::closed;
  if (open) of_process().add(name_, this, breaker_.forgotten_at());
  if (open == std::exchange(open_, open)) return;
  if (open) {
    telemetry::warn("circuit.opened", {{"dependency", name_}});
  } else {
    of_process().remove(name_, this);
    telemetry::info("circuit.closed", {{"dependency", name_}});
  }
}

Dependency::Call::Call(Dependency& dependency)
    : dependency_(dependency),
      permit_(admitted(dependency.breaker_, dependency.name_, dependency.clock_.now())) {}

Dependency::Call::~Call() {
  dependency_.breaker_.record(permit_, outcome, dependency_.clock_.now());
  dependency_.watch();
}

std::vector<std::string> open_circuits(base::Instant now) { return of_process().names(now); }

}  // namespace platform::resilience
