#pragma once

/// Who is served when there is more to do than can be done: calls of rides under way, then those
/// of users, then those of strangers. The rest is told to come again, at the cost of next to
/// nothing.

#include <array>
#include <optional>

#include "contracts/operation.hpp"
#include "platform/resilience/in_flight_limit.hpp"
#include "platform/runtime/runtime.hpp"
#include "platform/telemetry/metrics.hpp"

namespace services::users::edge {

/// What moves a ride on, or makes one of a proposal, comes first. Logging in comes last, but not
/// keeping a session.
platform::resilience::Importance importance_of(const contracts::OperationRow& row);

class Admission {
 public:
  Admission(platform::runtime::Runtime& runtime, platform::resilience::InFlightConfig config);

  /// A call that has been let in, as long as it is under way.
  class Permit {
   public:
    explicit Permit(Admission& admission);
    ~Permit();
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&&) = delete;

    /// Says how the call ended; one that says nothing has failed.
    void served() { served_ = true; }

   private:
    Admission* admission_;
    base::Instant began_;
    bool served_ = false;
  };

  /// Empty: there is no room, and the caller is to be told.
  std::optional<Permit> admit(const contracts::OperationRow& row);

 private:
  const platform::runtime::Clock& clock_;
  platform::resilience::InFlightLimit limit_;
  platform::telemetry::Gauge limit_gauge_;
  std::array<platform::telemetry::Counter, 3> shed_;  ///< By importance.
};

}  // namespace services::users::edge
