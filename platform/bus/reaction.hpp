#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <set>
#include <string>

#include "platform/bus/consumer.hpp"
#include "platform/bus/metrics.hpp"
#include "platform/runtime/entropy.hpp"

namespace platform::bus {

/// What a consumer was started with: which events it wants, and what it does with one.
struct Reaction {
  ConsumerConfig config;
  std::set<std::string, std::less<>> types;
  ApplyEvent apply;
  AfterCommit after_commit;
  metrics::ConsumerMeters meters;

  bool wants(const Event& event) const { return types.contains(event.type); }

  /// Applies the event if it is wanted, on `session`. What that throws; null when it went well.
  awaitable<std::exception_ptr> attempt(postgres::Pool& pool, postgres::Session& session,
                                        const Event& event) const;

  /// Calls after_commit. What it throws is logged: the commit stands.
  void committed(const Event& event, base::Instant now) const;

  /// How long an event waits that has failed `attempts` times, jittered by 20 % either way; empty
  /// when that was the last.
  std::optional<std::chrono::milliseconds> retry_after(int attempts,
                                                       runtime::Entropy& entropy) const;
};

}  // namespace platform::bus
