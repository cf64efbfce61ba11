#include <optional>
#include <utility>

#include "services/match/queries.hpp"
#include "services/match/redis_mirror.hpp"
#include "services/match/rows.hpp"

namespace services::match {
namespace {

namespace redis = platform::redis;
using domain::DriverId;
using DriverSet = std::unordered_set<DriverId>;

class MirroredFreeDrivers final : public FreeDrivers {
 public:
  MirroredFreeDrivers(const binding::Environment& environment, const Zones& zones)
      : pool_(environment.pool), redis_(environment.redis), zones_(zones), keys_(redis_) {}

  awaitable<DriverSet> among(const std::vector<DriverId>& drivers) override {
    if (drivers.empty()) co_return DriverSet{};
    try {
      if (auto free = co_await from_copy(drivers)) co_return std::move(*free);
      outage_.works();
    } catch (const redis::Unavailable& error) {
      outage_.fails(error.what());
    } catch (const redis::CommandFailed& error) {
      outage_.fails(error.what());
    }
    co_return co_await from_tables(drivers);
  }

 private:
  /// Empty when the copy is not complete: asked last, as whoever makes it anew says so before it is
  /// emptied.
  awaitable<std::optional<DriverSet>> from_copy(const std::vector<DriverId>& drivers) {
    std::vector<redis::Command> commands;
    for (const auto& zone : zones_.all()) {
      redis::Command scores{"ZMSCORE", keys_.drivers(zone)};
      for (const auto& driver : drivers) scores.push_back(driver.text());
      commands.push_back(std::move(scores));
    }
    commands.push_back({"GET", keys_.mirror()});
    const auto replies = co_await redis_.pipeline(std::move(commands));
    if (replies.back().maybe_text() != mirror_ready) co_return std::nullopt;
    DriverSet free;
    for (std::size_t zone = 0; zone + 1 < replies.size(); ++zone) {
      const auto& scores = replies[zone].elements();
      for (std::size_t i = 0; i < drivers.size(); ++i) {
        if (!scores[i].is_nil()) free.insert(drivers[i]);
      }
    }
    co_return free;
  }

  awaitable<DriverSet> from_tables(const std::vector<DriverId>& drivers) {
    const auto free =
        column<DriverId>(co_await pool_.run(queries::free_among, drivers), "driver_id");
    co_return DriverSet{free.begin(), free.end()};
  }

  platform::postgres::Pool& pool_;
  redis::Client& redis_;
  const Zones& zones_;
  MirrorKeys keys_;
  binding::Outage outage_{"match.free_drivers"};
};

}  // namespace

std::unique_ptr<FreeDrivers> make_free_drivers(const binding::Environment& environment,
                                               const Zones& zones) {
  return std::make_unique<MirroredFreeDrivers>(environment, zones);
}

}  // namespace services::match
