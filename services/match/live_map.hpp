#pragma once

/// The live map over NATS.

#include <chrono>
#include <memory>
#include <vector>

#include "platform/bus/connection.hpp"
#include "services/match/ports.hpp"

namespace services::match {

std::unique_ptr<LiveMap> make_live_map(platform::bus::Connection& bus,
                                       std::chrono::milliseconds timeout);

/// The answers to all questions, in their order, a few asked at a time. After a failure no more are
/// asked: they would fail too, and wait long for it.
awaitable<std::vector<contracts::FoundDrivers>> find_all(
    LiveMap& map, const std::vector<contracts::FindDrivers>& questions);

}  // namespace services::match
