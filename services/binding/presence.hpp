#pragma once

/// What can be heard of. Every instance of a service says twice a second that it serves, and
/// PostgreSQL is asked as often; of what nothing was heard for a while is away. It takes longer to
/// tell than a call that fails, but nobody has to call.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "contracts/operation.hpp"
#include "platform/postgres/session.hpp"
#include "services/binding/service.hpp"

namespace services::binding {

/// What PostgreSQL is asked to hear of it.
inline constexpr platform::postgres::Query still_there{"still_there", "select 1"};

/// Says that `service` serves, for as long as `serving` says so; then returns.
platform::awaitable<void> announce_presence(platform::bus::Connection& bus, std::string service,
                                            std::function<bool()> serving);

class Presence {
 public:
  virtual ~Presence() = default;

  virtual bool is_away(contracts::Owner service) const = 0;

  /// The names of all that are away: "match", "postgres"; without NATS no service can be heard, so
  /// that "nats" stands for all of them.
  virtual std::vector<std::string> away() const = 0;
};

/// Watches `services` and PostgreSQL. `on_change` is called on this thread when `away()` has
/// changed.
std::unique_ptr<Presence> watch_presence(const Environment& environment,
                                         std::vector<contracts::Owner> services,
                                         std::function<void()> on_change);

}  // namespace services::binding
