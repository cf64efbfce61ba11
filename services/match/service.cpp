#include "services/match/service.hpp"

#include <vector>

#include "platform/bus/relay.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/dead_letters.hpp"
#include "services/binding/reactions.hpp"
#include "services/match/account_records.hpp"
#include "services/match/commands.hpp"
#include "services/match/dispatcher.hpp"
#include "services/match/live_map.hpp"
#include "services/match/pg_store.hpp"
#include "services/match/redis_mirror.hpp"
#include "services/match/rides.hpp"

namespace services::match {
namespace {

namespace bus = platform::bus;

/// Fewer than may wait for a database connection: however many commands come, dispatch, the relay
/// and the consumers find a place in that queue.
constexpr std::size_t commands_in_flight_max = 192;

class Match final : public binding::Service {
 public:
  Match(const binding::Environment& environment, MatchConfig config)
      : environment_(environment),
        config_(std::move(config)),
        zones_(config_.zones),
        live_map_(make_live_map(environment.bus, config_.location_timeout_ms)),
        rides_(make_rides(environment, config_.rides_timeout_ms)),
        free_drivers_(make_free_drivers(environment, zones_)),
        relay_(bus::start_relay(environment.runtime, environment.bus, environment.pool,
                                {.service = name()})),
        dispatcher_(environment, config_, zones_, *live_map_, [this] { relay_->wake(); }),
        mirror_(environment, config_, zones_, *live_map_),
        executor_(binding::make_executor(environment.runtime, environment.pool, all_commands(),
                                         [this] { committed(); },
                                         {.in_flight_max = commands_in_flight_max})),
        consumers_(binding::start_reacting(environment.runtime, environment.bus, environment.pool,
                                           contracts::Owner::match, all_reactions(),
                                           [this] { committed(); })) {
    executor_->serve(environment.bus, name());
    dispatcher_.start();
    mirror_.start();
  }

  contracts::Owner owner() const override { return contracts::Owner::match; }
  binding::CommandExecutor& executor() override { return *executor_; }

  platform::awaitable<void> stop(std::chrono::milliseconds grace) override {
    co_await drain(grace);
    consumers_.clear();
    co_await dispatcher_.stop();
    co_await mirror_.stop();
  }

 private:
  static std::string name() { return binding::service_name(contracts::Owner::match); }

  binding::MakeUseCases<MatchUseCases> use_cases() {
    return [this](binding::Work& work) {
      return std::make_shared<MatchUseCases>(
          work, make_pg_match_store(work),
          Surroundings{config_, *live_map_, *free_drivers_, *rides_});
    };
  }

  std::vector<binding::BoundCommand> all_commands() {
    const binding::MakeUseCases<HistoryUseCases> history = [this](binding::Work&) {
      return std::make_shared<HistoryUseCases>(environment_.pool);
    };
    return binding::together({binding::bind(commands(), use_cases()),
                              binding::bind(questions(), history), account_commands(),
                              binding::dead_letter_commands(owner(), environment_.pool)});
  }

  std::vector<binding::BoundReaction> all_reactions() {
    return binding::together(
        {binding::bind(reactions(), use_cases()), account_reactions(use_cases())});
  }

  void committed() {
    relay_->wake();
    dispatcher_.wake();
  }

  platform::awaitable<void> drain(std::chrono::milliseconds grace) {
    try {
      co_await platform::runtime::with_deadline(executor_->drain(), grace);
    } catch (const platform::runtime::DeadlineExceeded&) {
      // Their callers find the outcome by their idempotency keys.
      platform::telemetry::warn("match.commands_abandoned", {{"grace_ms", grace.count()}});
    }
  }

  binding::Environment environment_;
  MatchConfig config_;
  Zones zones_;
  std::unique_ptr<LiveMap> live_map_;
  std::unique_ptr<Rides> rides_;
  std::unique_ptr<FreeDrivers> free_drivers_;
  std::unique_ptr<bus::Relay> relay_;
  Dispatcher dispatcher_;
  RedisMirror mirror_;
  std::unique_ptr<binding::CommandExecutor> executor_;
  std::vector<std::unique_ptr<bus::Consumer>> consumers_;
};

}  // namespace

std::unique_ptr<binding::Service> make_service(const binding::Environment& environment,
                                               MatchConfig config) {
  return std::make_unique<Match>(environment, std::move(config));
}

}  // namespace services::match
