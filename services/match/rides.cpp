#include "services/match/rides.hpp"

#include <utility>

#include "contracts/operations/rides.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/remote.hpp"

namespace services::match {
namespace {

namespace operations = contracts::operations;

class RemoteRides final : public Rides {
 public:
  RemoteRides(const binding::Environment& environment, std::chrono::milliseconds timeout)
      : environment_(environment), timeout_(timeout) {}

  awaitable<bool> is_offered(domain::VehicleType type, domain::geo::Point pickup,
                             std::string trace) override {
    const contracts::CheckOffer question{
        .latitude = pickup.latitude, .longitude = pickup.longitude, .vehicle_type = type};
    try {
      co_return (co_await binding::ask(environment_.bus, operations::check_offer, question,
                                       std::move(trace), timeout_))
          .offered;
    } catch (const binding::RemoteUnavailable& error) {
      platform::telemetry::warn("match.rides_unavailable", {{"reason", error.what()}});
    }
    co_return true;
  }

  awaitable<std::optional<domain::ride::RideState>> state(domain::RideId id,
                                                          std::string trace) override {
    const auto found = co_await binding::ask(environment_.bus, operations::look_up_ride,
                                             contracts::RideRef{id}, std::move(trace), timeout_);
    if (found.rides.empty()) co_return std::nullopt;
    co_return found.rides.front().ride.state;
  }

 private:
  binding::Environment environment_;
  std::chrono::milliseconds timeout_;
};

}  // namespace

std::unique_ptr<Rides> make_rides(const binding::Environment& environment,
                                  std::chrono::milliseconds timeout) {
  return std::make_unique<RemoteRides>(environment, timeout);
}

}  // namespace services::match
