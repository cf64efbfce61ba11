#include "services/location/service.hpp"

#include <vector>

#include "platform/bus/relay.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/dead_letters.hpp"
#include "services/binding/reactions.hpp"
#include "services/location/account_records.hpp"
#include "services/location/commands.hpp"
#include "services/location/intake.hpp"
#include "services/location/pg_store.hpp"
#include "services/location/writer.hpp"

namespace services::location {
namespace {

namespace bus = platform::bus;

class Location final : public binding::Service {
 public:
  Location(const binding::Environment& environment, LocationConfig config)
      : config_(config),
        map_(config_),
        trails_(config_),
        relay_(bus::start_relay(environment.runtime, environment.bus, environment.pool,
                                {.service = name()})),
        writer_(environment, config_, map_, trails_, [this] { relay_->wake(); }),
        intake_(std::make_unique<Intake>(environment, map_, trails_, writer_)),
        executor_(binding::make_executor(environment.runtime, environment.pool,
                                         all_commands(environment), [this] { relay_->wake(); })),
        consumers_(binding::start_reacting(environment.runtime, environment.bus, environment.pool,
                                           contracts::Owner::location, all_reactions(),
                                           [this] { relay_->wake(); })) {
    executor_->serve(environment.bus, name());
    start_forgetting(environment);
    writer_.start();
  }

  contracts::Owner owner() const override { return contracts::Owner::location; }
  binding::CommandExecutor& executor() override { return *executor_; }

  awaitable<void> stop(std::chrono::milliseconds grace) override {
    co_await drain(grace);
    consumers_.clear();
    intake_.reset();
    co_await writer_.stop(grace);
  }

 private:
  static std::string name() { return binding::service_name(contracts::Owner::location); }

  binding::MakeUseCases<LocationUseCases> use_cases() {
    return [this](binding::Work& work) {
      return std::make_shared<LocationUseCases>(work, map_, make_pg_trip_store(work));
    };
  }

  std::vector<binding::BoundCommand> all_commands(const binding::Environment& environment) {
    return binding::together({binding::bind(commands(), use_cases()), account_commands(),
                              binding::dead_letter_commands(owner(), environment.pool)});
  }

  std::vector<binding::BoundReaction> all_reactions() {
    return binding::together({binding::bind(reactions(), use_cases()), account_reactions()});
  }

  awaitable<void> drain(std::chrono::milliseconds grace) {
    try {
      co_await platform::runtime::with_deadline(executor_->drain(), grace);
    } catch (const platform::runtime::DeadlineExceeded&) {
      // Those who asked ask another instance.
      platform::telemetry::warn("location.commands_abandoned", {{"grace_ms", grace.count()}});
    }
  }

  LocationConfig config_;
  LiveMap map_;
  Trails trails_;
  std::unique_ptr<bus::Relay> relay_;
  Writer writer_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<binding::CommandExecutor> executor_;
  std::vector<std::unique_ptr<bus::Consumer>> consumers_;
};

}  // namespace

std::unique_ptr<binding::Service> make_service(const binding::Environment& environment,
                                               LocationConfig config) {
  return std::make_unique<Location>(environment, config);
}

}  // namespace services::location
