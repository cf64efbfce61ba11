#include "services/rides/running_fare.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/json/json.hpp"
#include "contracts/frames.hpp"
#include "contracts/location.hpp"
#include "contracts/subjects.hpp"
#include "domain/fare/fare.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/reactions.hpp"
#include "services/rides/queries.hpp"
#include "services/rides/rows.hpp"

namespace services::rides {
namespace {

namespace frames = contracts::frames;
namespace subjects = contracts::subjects;
namespace telemetry = platform::telemetry;
using contracts::MeterReading;

constexpr std::size_t reads_max = 64;  // At once; more trips wait for their next reading.

struct Trip {
  domain::fare::Tariff tariff;
  base::Instant started_at;
};

/// Shared with its reads, which may end after everything else.
class Fares : public std::enable_shared_from_this<Fares> {
 public:
  Fares(const binding::Environment& environment, std::size_t trips_max)
      : environment_(environment), trips_max_(trips_max) {}

  void follow(const std::string& text) {
    const auto reading = base::json::from_text<MeterReading>(text);
    if (!reading) {
      telemetry::warn("rides.meter_unreadable", {{"reason", reading.error()}});
      return;
    }
    show_metered(*reading);
    const auto trip = trips_.find(reading->ride_id);
    if (trip != trips_.end()) return show_fare(*reading, trip->second);
    if (reads_.size() >= reads_max || !reads_.insert(reading->ride_id).second) return;
    environment_.runtime.tasks().spawn(
        "rides.running_fare",
        [self = shared_from_this(), reading = *reading] { return self->read(reading); });
  }

 private:
  /// A read that is under way.
  struct Read {
    ~Read() { fares.reads_.erase(ride); }
    Fares& fares;
    domain::RideId ride;
  };

  awaitable<void> read(MeterReading reading) {
    const Read under_way{*this, reading.ride_id};
    const auto trip = co_await find(reading.ride_id);
    if (!trip) co_return;
    remember(reading.ride_id, *trip);
    show_fare(reading, *trip);
  }

  awaitable<std::optional<Trip>> find(domain::RideId id) {
    try {
      const auto rows = co_await environment_.pool.run(queries::find_trip, id);
      if (!rows.empty()) co_return trip_of(rows.front());
    } catch (const platform::postgres::Unavailable& error) {
      telemetry::debug("rides.trip_unread", {{"reason", error.what()}});
    }
    co_return std::nullopt;
  }

  static Trip trip_of(const platform::postgres::Row& row) {
    return {.tariff = tariff_of(row), .started_at = row.get<base::Instant>("started_at")};
  }

  /// Whichever trip gives way to a new one, it costs one read should it go on.
  void remember(domain::RideId id, const Trip& trip) {
    if (trips_.size() >= trips_max_) trips_.erase(trips_.begin());
    trips_.emplace(id, trip);
  }

  void show_metered(const MeterReading& reading) {
    show(
        reading.driver_id, frames::metered, "metered",
        contracts::Metered{.ride_id = reading.ride_id, .metered_through = reading.metered_through});
  }

  void show_fare(const MeterReading& reading, const Trip& trip) {
    const auto elapsed = environment_.runtime.now() - trip.started_at;
    const auto fare = domain::fare::quote(trip.tariff, {reading.metres},
                                          std::max(elapsed, base::Duration::zero()));
    const contracts::RunningFare running{
        .ride_id = reading.ride_id, .metres = reading.metres, .fare = fare.total};
    show(reading.passenger_id, frames::running_fare, "fare", running);
    show(reading.driver_id, frames::running_fare, "fare", running);
  }

  template <class Data>
  void show(domain::UserId user, std::string_view type, const char* slot, const Data& data) {
    const contracts::UserFrame frame{
        .frame = {.type = std::string{type}, .data = base::json::encode(data)}, .slot = slot};
    environment_.bus.publish_signal(subjects::user(user), base::json::to_text(frame));
  }

  binding::Environment environment_;
  std::size_t trips_max_;
  std::unordered_map<domain::RideId, Trip> trips_;
  std::unordered_set<domain::RideId> reads_;
};

class Following final : public RunningFares {
 public:
  explicit Following(std::unique_ptr<platform::bus::Subscription> subscription)
      : subscription_(std::move(subscription)) {}

 private:
  std::unique_ptr<platform::bus::Subscription> subscription_;
};

}  // namespace

std::unique_ptr<RunningFares> start_running_fares(const binding::Environment& environment,
                                                  std::size_t trips_max) {
  const auto fares = std::make_shared<Fares>(environment, trips_max);
  return std::make_unique<Following>(environment.bus.subscribe(
      std::string{subjects::meters}, binding::service_name(contracts::Owner::rides),
      [fares](const platform::bus::Message& message) { fares->follow(message.data); }));
}

}  // namespace services::rides
