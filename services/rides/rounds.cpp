#include "services/rides/rounds.hpp"

#include <algorithm>

#include "platform/bus/lease.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"

namespace services::rides {
namespace {

namespace postgres = platform::postgres;
namespace telemetry = platform::telemetry;
using platform::awaitable;
using Round = std::function<awaitable<void>()>;

constexpr std::chrono::milliseconds lease_min{1'000};

awaitable<void> try_round(binding::Environment environment, RoundConfig config,
                          const Round& round) {
  const auto lease = co_await platform::bus::acquire_lease(
      environment.pool, config.name, environment.runtime.instance(),
      std::max(lease_min, 2 * config.interval));
  if (lease) co_await round();
}

awaitable<void> run_rounds(binding::Environment environment, RoundConfig config, Round round) {
  for (;;) {
    try {
      co_await try_round(environment, config, round);
    } catch (const postgres::Unavailable& error) {
      telemetry::warn("rides.round_missed", {{"round", config.name}, {"reason", error.what()}});
    } catch (const postgres::Contended& error) {
      telemetry::debug("rides.round_yields", {{"round", config.name}, {"reason", error.what()}});
    } catch (const postgres::ConstraintViolated& error) {
      telemetry::info("rides.round_yields", {{"round", config.name}, {"reason", error.what()}});
    }
    co_await platform::runtime::sleep_for(config.interval);
  }
}

}  // namespace

void start_rounds(const binding::Environment& environment, RoundConfig config, Round round) {
  const auto name = config.name;
  environment.runtime.tasks().spawn(name,
                                    run_rounds(environment, std::move(config), std::move(round)));
}

}  // namespace services::rides
