#include "services/rides/service.hpp"

#include <string>
#include <utility>
#include <vector>

#include "platform/bus/consumer.hpp"
#include "platform/bus/relay.hpp"
#include "platform/http/client.hpp"
#include "platform/resilience/dependency.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/dead_letters.hpp"
#include "services/rides/account_records.hpp"
#include "services/rides/cashier.hpp"
#include "services/rides/commands.hpp"
#include "services/rides/fare_watch.hpp"
#include "services/rides/live_map.hpp"
#include "services/rides/payment_provider.hpp"
#include "services/rides/payout_accounts.hpp"
#include "services/rides/payout_rounds.hpp"
#include "services/rides/pg_money_store.hpp"
#include "services/rides/pg_store.hpp"
#include "services/rides/price_list.hpp"
#include "services/rides/running_fare.hpp"
#include "services/rides/seals.hpp"
#include "services/rides/silence_watch.hpp"
#include "services/rides/witnesses.hpp"

namespace services::rides {
namespace {

using platform::awaitable;

class Rides final : public binding::Service {
 public:
  Rides(const binding::Environment& environment, RidesConfig config)
      : environment_(environment),
        config_(std::move(config)),
        payment_provider_(environment.runtime.clock(), "payment_provider"),
        payout_accounts_(environment.bus),
        client_(platform::http::make_client(environment.runtime,
                                            {.ca_file = config_.payments.provider_ca_file})),
        relay_(platform::bus::start_relay(environment.runtime, environment.bus, environment.pool,
                                          {.service = name()})),
        executor_(
            binding::make_executor(environment.runtime, environment.pool, all_commands(), waker())),
        consumers_(binding::start_reacting(environment.runtime, environment.bus, environment.pool,
                                           contracts::Owner::rides, all_reactions(), waker())),
        running_fares_(start_running_fares(environment, config_.running_fares_max)) {
    executor_->serve(environment.bus, name());
    start_fare_watch(environment,
                     {.after = config_.unmetered_after_ms, .interval = config_.unmetered_check_ms});
    start_sealing(environment, config_.payments.seal_interval_ms);
    if (config_.payments.has_provider()) start_paying();
    start_silence_watch(environment, maker(), waker(),
                        {.interval = config_.silent_check_ms,
                         .call_after = config_.silent_after_ms,
                         .unmetered_after = config_.unmetered_after_ms,
                         .location_timeout = config_.location_timeout_ms});
  }

  contracts::Owner owner() const override { return contracts::Owner::rides; }
  binding::CommandExecutor& executor() override { return *executor_; }

  awaitable<void> stop(std::chrono::milliseconds grace) override {
    running_fares_.reset();
    consumers_.clear();
    try {
      co_await platform::runtime::with_deadline(executor_->drain(), grace);
    } catch (const platform::runtime::DeadlineExceeded&) {
      platform::telemetry::warn("rides.stopped_busy");
    }
    co_await client_->close();
  }

 private:
  static std::string name() { return binding::service_name(contracts::Owner::rides); }

  /// The use cases of one command or event, with what they work over.
  struct Scene {
    Scene(binding::Work& work, Rides& owner)
        : store(work, owner.environment_.pool),
          money(work, owner.config_.currency(), [&owner] { owner.wake_cashier(); }),
          map(owner.environment_.bus, work.runtime().clock(), work.trace(),
              owner.config_.location_timeout_ms),
          prices(work, owner.environment_.pool, owner.config_),
          use_cases(work, ports(), owner.config_),
          payments(work, ports(), use_cases, owner.config_),
          closings(work, money, store, owner.config_.currency()) {}

    Ports ports() {
      return {.rides = store, .ledger = store, .map = map, .money = money, .prices = prices};
    }

    PgStore store;
    PgMoneyStore money;
    RemoteMap map;
    PgPriceList prices;
    RideUseCases use_cases;
    PaymentUseCases payments;
    Closings closings;
  };

  void start_paying() {
    const auto& payments = config_.payments;
    provider_ = make_payment_provider(
        {.client = *client_, .provider = payment_provider_, .accounts = payout_accounts_},
        payments);
    cashier_ = start_cashier(
        environment_, {.provider = *provider_, .make = payment_maker(), .after_commit = waker()},
        payments);
    start_payout_rounds(environment_, {.make = payment_maker(), .after_commit = waker()}, payments);
  }

  void wake_cashier() {
    if (cashier_) cashier_->wake();
  }

  MakeUseCases maker() {
    return [this](binding::Work& work) {
      const auto scene = std::make_shared<Scene>(work, *this);
      return std::shared_ptr<RideUseCases>{scene, &scene->use_cases};
    };
  }

  MakePaymentUseCases payment_maker() {
    return [this](binding::Work& work) {
      const auto scene = std::make_shared<Scene>(work, *this);
      return std::shared_ptr<PaymentUseCases>{scene, &scene->payments};
    };
  }

  binding::MakeUseCases<Closings> closings_maker() {
    return [this](binding::Work& work) {
      const auto scene = std::make_shared<Scene>(work, *this);
      return std::shared_ptr<Closings>{scene, &scene->closings};
    };
  }

  struct LookingBack {
    LookingBack(binding::Work& work, Rides& owner)
        : store(work, owner.environment_.pool),
          witnesses(owner.environment_.bus, work.trace(), owner.config_.location_timeout_ms),
          use_cases(work, store, {work, owner.environment_.pool}, witnesses, owner.config_) {}

    PgStore store;
    RemoteWitnesses witnesses;
    HistoryUseCases use_cases;
  };

  MakeHistory history_maker() {
    return [this](binding::Work& work) {
      const auto scene = std::make_shared<LookingBack>(work, *this);
      return std::shared_ptr<HistoryUseCases>{scene, &scene->use_cases};
    };
  }

  MakeTariffs tariffs_maker() {
    return [this](binding::Work& work) {
      return std::make_shared<TariffUseCases>(work, environment_.pool, config_);
    };
  }

  std::vector<binding::BoundCommand> all_commands() {
    return binding::together({bound_commands(maker(), payment_maker()),
                              bound_commands(history_maker()), bound_commands(tariffs_maker()),
                              account_commands(closings_maker()),
                              binding::dead_letter_commands(owner(), environment_.pool)});
  }

  std::vector<binding::BoundReaction> all_reactions() {
    return binding::together({bound_reactions(maker()), account_reactions(closings_maker())});
  }

  std::function<void()> waker() {
    return [this] { relay_->wake(); };
  }

  binding::Environment environment_;
  RidesConfig config_;
  platform::resilience::Dependency payment_provider_;
  RemotePayoutAccounts payout_accounts_;
  std::unique_ptr<platform::http::Client> client_;
  std::unique_ptr<PaymentProvider> provider_;
  std::unique_ptr<Cashier> cashier_;
  std::unique_ptr<platform::bus::Relay> relay_;
  std::unique_ptr<binding::CommandExecutor> executor_;
  std::vector<std::unique_ptr<platform::bus::Consumer>> consumers_;
  std::unique_ptr<RunningFares> running_fares_;
};

}  // namespace

std::unique_ptr<binding::Service> make_service(const binding::Environment& environment,
                                               RidesConfig config) {
  return std::make_unique<Rides>(environment, std::move(config));
}

}  // namespace services::rides
