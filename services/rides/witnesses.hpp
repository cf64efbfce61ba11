#pragma once

#include <chrono>
#include <string>

#include "platform/bus/connection.hpp"
#include "services/rides/history.hpp"

namespace services::rides {

/// Match and location, asked over NATS.
class RemoteWitnesses final : public Witnesses {
 public:
  RemoteWitnesses(platform::bus::Connection& bus, std::string trace,
                  std::chrono::milliseconds timeout)
      : bus_(bus), trace_(std::move(trace)), timeout_(timeout) {}

  awaitable<std::optional<contracts::RequestStory>> request_story(domain::RideId id) override;
  awaitable<std::optional<contracts::TripMeters>> meter(domain::RideId id) override;

 private:
  platform::bus::Connection& bus_;
  std::string trace_;
  std::chrono::milliseconds timeout_;
};

}  // namespace services::rides
