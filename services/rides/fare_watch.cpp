#include "services/rides/fare_watch.hpp"

#include "platform/bus/lease.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"
#include "services/rides/queries.hpp"

namespace services::rides {
namespace {

namespace postgres = platform::postgres;
namespace telemetry = platform::telemetry;
using platform::awaitable;

constexpr telemetry::GaugeFamily unmetered_rides{
    "nebengjek_unmetered_rides", "Completed rides that wait too long for their final fare"};

awaitable<std::int64_t> count_unmetered(postgres::Pool& pool, base::Instant completed_before) {
  const auto rows = co_await pool.run(queries::find_unmetered, completed_before);
  const auto rides = rows.front().get<std::int64_t>("rides");
  if (rides > 0) {
    telemetry::error("rides.unmetered",
                     {{"rides", rides},
                      {"oldest", base::to_rfc3339(rows.front().get<base::Instant>("oldest_at"))}});
  }
  co_return rides;
}

/// Zero where another instance is the one that watches.
awaitable<std::int64_t> look(const binding::Environment& environment,
                             const FareWatchConfig& config) {
  const auto lease = co_await platform::bus::acquire_lease(
      environment.pool, "rides.fare_watch", environment.runtime.instance(), 2 * config.interval);
  if (!lease) co_return 0;
  co_return co_await count_unmetered(environment.pool, environment.runtime.now() - config.after);
}

awaitable<void> watch(binding::Environment environment, FareWatchConfig config) {
  for (;;) {
    try {
      unmetered_rides.with().set(static_cast<double>(co_await look(environment, config)));
    } catch (const postgres::Unavailable& error) {
      telemetry::warn("rides.fare_watch_blind", {{"reason", error.what()}});
    } catch (const postgres::Contended& error) {
      telemetry::debug("rides.fare_watch_yields", {{"reason", error.what()}});
    }
    co_await platform::runtime::sleep_for(config.interval);
  }
}

}  // namespace

void start_fare_watch(const binding::Environment& environment, FareWatchConfig config) {
  environment.runtime.tasks().spawn("rides.fare_watch", watch(environment, config));
}

}  // namespace services::rides
