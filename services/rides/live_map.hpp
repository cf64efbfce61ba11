#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "platform/bus/connection.hpp"
#include "platform/runtime/clock.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {

/// The live map as location serves it. While location is away, rides don't wait for it.
class RemoteMap final : public LiveMap {
 public:
  RemoteMap(platform::bus::Connection& bus, const platform::runtime::Clock& clock,
            std::string trace, std::chrono::milliseconds timeout)
      : bus_(bus), clock_(clock), trace_(std::move(trace)), timeout_(timeout) {}

  awaitable<std::optional<domain::ride::Whereabouts>> whereabouts(
      domain::DriverId driver, domain::PassengerId passenger) override;
  awaitable<std::optional<domain::geo::Sequence>> metered_through(domain::RideId id) override;

 private:
  platform::bus::Connection& bus_;
  const platform::runtime::Clock& clock_;
  std::string trace_;
  std::chrono::milliseconds timeout_;
};

}  // namespace services::rides
