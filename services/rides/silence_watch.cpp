#include "services/rides/silence_watch.hpp"

#include <unordered_set>
#include <utility>
#include <vector>

#include "contracts/operations/location.hpp"
#include "platform/bus/lease.hpp"
#include "platform/bus/repeat.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/metrics.hpp"
#include "services/binding/remote.hpp"
#include "services/rides/queries.hpp"

namespace services::rides {
namespace {

namespace telemetry = platform::telemetry;
using platform::awaitable;
using platform::postgres::Row;

/// Asked about at once.
constexpr std::int64_t page_size = 200;

constexpr telemetry::GaugeFamily silent_rides{"nebengjek_silent_rides",
                                              "Live rides whose driver's phone is silent"};

struct LiveRide {
  domain::RideId id;
  domain::DriverId driver_id;
  base::Instant heard_at;
  bool operator_called = false;
};

LiveRide live_ride_of(const Row& row) {
  return {.id = row.get<domain::RideId>("ride_id"),
          .driver_id = row.get<domain::DriverId>("driver_id"),
          .heard_at = row.get<base::Instant>("heard_at"),
          .operator_called = row.maybe<base::Instant>("attention_since").has_value()};
}

class Watch : public std::enable_shared_from_this<Watch> {
 public:
  Watch(const binding::Environment& environment, MakeUseCases make,
        std::function<void()> after_commit, SilenceWatchConfig config)
      : environment_(environment),
        make_(std::move(make)),
        after_commit_(std::move(after_commit)),
        config_(config) {}

  awaitable<void> run() {
    const auto self = shared_from_this();
    co_await platform::bus::repeat(
        "rides.silence_watch", environment_.runtime, [self] { return self->turn(); },
        [] { return false; });
  }

 private:
  awaitable<void> turn() {
    co_await platform::runtime::sleep_for(config_.interval);
    const auto lease = co_await platform::bus::acquire_lease(
        environment_.pool, "rides.silence_watch", environment_.runtime.instance(),
        2 * config_.interval);
    if (!lease) {
      silent_rides.with().set(0);
      co_return;
    }
    co_await look_at_unmetered();
    co_await look_at_live();
    co_await environment_.pool.run(queries::forget_sightings);
  }

  awaitable<void> look_at_unmetered() {
    const auto now = environment_.runtime.now();
    const auto rows = co_await environment_.pool.run(queries::unmetered_rides,
                                                     now - config_.unmetered_after, page_size);
    for (const auto row : rows) {
      const contracts::Attention attention{.reason = contracts::AttentionReason::fare_not_final,
                                           .since = now};
      co_await act([id = row.get<domain::RideId>("ride_id"), attention](RideUseCases& rides) {
        return rides.call_attention(id, attention);
      });
    }
  }

  awaitable<void> look_at_live() {
    std::size_t silent = 0;
    for (domain::RideId after;;) {
      std::vector<LiveRide> page;
      for (const auto row : co_await environment_.pool.run(queries::live_rides, after, page_size)) {
        page.push_back(live_ride_of(row));
      }
      if (page.empty()) break;
      after = page.back().id;
      silent += co_await look_at(std::move(page));
    }
    silent_rides.with().set(static_cast<double>(silent));
  }

  /// How many of them are silent for too long.
  awaitable<std::size_t> look_at(std::vector<LiveRide> rides) {
    const auto heard = co_await drivers_heard(rides);
    const auto now = environment_.runtime.now();
    co_await note_heard(rides, heard, now);
    std::size_t silent = 0;
    for (const auto& ride : rides) {
      if (heard.contains(ride.driver_id) || now - ride.heard_at < config_.call_after) continue;
      ++silent;
      co_await act([&ride](RideUseCases& use_cases) {
        return use_cases.answer_silence(ride.id, ride.heard_at);
      });
    }
    co_return silent;
  }

  /// Throws RemoteUnavailable.
  awaitable<std::unordered_set<domain::DriverId>> drivers_heard(
      const std::vector<LiveRide>& rides) {
    contracts::WhereIs question;
    for (const auto& ride : rides) question.user_ids.push_back(ride.driver_id);
    const auto last = co_await binding::ask(environment_.bus, contracts::operations::where_is,
                                            std::move(question), {}, config_.location_timeout);
    std::unordered_set<domain::DriverId> heard;
    for (const auto& position : last.positions) heard.insert(position.user_id);
    co_return heard;
  }

  awaitable<void> note_heard(const std::vector<LiveRide>& rides,
                             const std::unordered_set<domain::DriverId>& heard, base::Instant now) {
    std::vector<domain::RideId> ids;
    std::vector<domain::DriverId> drivers;
    std::vector<domain::RideId> calmed;
    for (const auto& ride : rides) {
      if (!heard.contains(ride.driver_id)) continue;
      ids.push_back(ride.id);
      drivers.push_back(ride.driver_id);
      if (ride.operator_called) calmed.push_back(ride.id);
    }
    if (!ids.empty()) co_await environment_.pool.run(queries::note_heard, ids, drivers, now);
    if (!calmed.empty()) co_await environment_.pool.run(queries::calm_down, calmed);
  }

  awaitable<void> act(std::function<awaitable<void>(RideUseCases&)> what) {
    platform::bus::Unit unit{environment_.pool, {}};
    binding::Work work{unit, environment_.runtime, {}};
    const auto use_cases = make_(work);
    co_await what(*use_cases);
    co_await unit.commit({});
    after_commit_();
  }

  binding::Environment environment_;
  MakeUseCases make_;
  std::function<void()> after_commit_;
  SilenceWatchConfig config_;
};

}  // namespace

void start_silence_watch(const binding::Environment& environment, MakeUseCases make,
                         std::function<void()> after_commit, SilenceWatchConfig config) {
  const auto watch =
      std::make_shared<Watch>(environment, std::move(make), std::move(after_commit), config);
  environment.runtime.tasks().spawn("rides.silence_watch", [watch] { return watch->run(); });
}

}  // namespace services::rides
