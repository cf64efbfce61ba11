#pragma once

#include <cstdint>
#include <exception>
#include <string>

#include "platform/runtime/awaitable.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::bus {

/// What an exception says, for a log line or a parked row.
struct Failure {
  enum class Cause : std::uint8_t {
    database,    ///< It can't be reached, gave up, or another transaction was in the way.
    connection,  ///< NATS.
    cut_off,     ///< A deadline of somebody's own ended it, maybe in the middle of a statement.
    other,
  };

  Cause cause = Cause::other;
  std::string reason;  ///< Never empty.

  /// Whether a transaction in which this happened can only be dropped.
  bool ends_transaction() const { return cause == Cause::database || cause == Cause::cut_off; }

  /// Servers that are away are no bug of ours.
  telemetry::Level level() const {
    const bool away = cause == Cause::database || cause == Cause::connection;
    return away ? telemetry::Level::warn : telemetry::Level::error;
  }
};

/// For an exception that there is: not null.
Failure describe(const std::exception_ptr& thrown);

/// What `work` throws, null if nothing. But when it ends because the caller was cancelled, that is
/// thrown on: nothing has failed.
awaitable<std::exception_ptr> thrown_by(awaitable<void> work);

}  // namespace platform::bus
