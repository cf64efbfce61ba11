#include "services/binding/presence.hpp"

#include <map>
#include <utility>

#include "contracts/subjects.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/postgres/pool.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/reactions.hpp"

namespace services::binding {
namespace {

using contracts::Owner;
using platform::awaitable;

constexpr auto announce_interval = std::chrono::milliseconds{500};
constexpr auto silence_max = std::chrono::milliseconds{2'500};
constexpr auto look_interval = std::chrono::milliseconds{250};

class Heard final : public Presence {
 public:
  Heard(const Environment& environment, const std::vector<Owner>& services,
        std::function<void()> on_change)
      : environment_(environment),
        on_change_(std::move(on_change)),
        postgres_heard_at_(environment.runtime.now()) {
    for (const auto service : services) {
      heard_at_[service] = environment.runtime.now();
      subscriptions_.push_back(
          environment.bus.subscribe(contracts::subjects::alive(service_name(service)), {},
                                    [this, service](const platform::bus::Message&) {
                                      heard_at_[service] = environment_.runtime.now();
                                    }));
    }
    environment.runtime.tasks().spawn("binding.presence", [this] { return keep_looking(); });
    environment.runtime.tasks().spawn("binding.presence.postgres",
                                      [this] { return keep_asking_postgres(); });
  }

  bool is_away(Owner service) const override {
    const auto heard = heard_at_.find(service);
    return heard != heard_at_.end() && is_long_ago(heard->second);
  }

  std::vector<std::string> away() const override {
    std::vector<std::string> names;
    if (!environment_.bus.connected()) {
      names.emplace_back("nats");
    } else {
      for (const auto& [service, heard_at] : heard_at_) {
        if (is_long_ago(heard_at)) names.push_back(service_name(service));
      }
    }
    if (is_long_ago(postgres_heard_at_)) names.emplace_back("postgres");
    return names;
  }

 private:
  bool is_long_ago(base::Instant at) const { return environment_.runtime.now() - at > silence_max; }

  awaitable<void> keep_asking_postgres() {
    for (;;) {
      try {
        co_await environment_.pool.run(still_there);
        postgres_heard_at_ = environment_.runtime.now();
      } catch (const platform::postgres::Unavailable&) {  // Its silence is what counts.
      }
      co_await platform::runtime::sleep_for(announce_interval);
    }
  }

  awaitable<void> keep_looking() {
    for (;;) {
      co_await platform::runtime::sleep_for(look_interval);
      auto now_away = away();
      if (now_away == last_away_) continue;
      last_away_ = std::move(now_away);
      for (const auto& name : last_away_) {
        platform::telemetry::warn("presence.away", {{"name", name}});
      }
      if (last_away_.empty()) platform::telemetry::info("presence.all_back");
      on_change_();
    }
  }

  Environment environment_;
  std::function<void()> on_change_;
  std::map<Owner, base::Instant> heard_at_;
  base::Instant postgres_heard_at_;
  std::vector<std::string> last_away_;
  std::vector<std::unique_ptr<platform::bus::Subscription>> subscriptions_;
};

}  // namespace

awaitable<void> announce_presence(platform::bus::Connection& bus, std::string service,
                                  std::function<bool()> serving) {
  const auto subject = contracts::subjects::alive(service);
  while (serving()) {
    bus.publish_signal(subject, {});
    co_await platform::runtime::sleep_for(announce_interval);
  }
}

std::unique_ptr<Presence> watch_presence(const Environment& environment,
                                         std::vector<Owner> services,
                                         std::function<void()> on_change) {
  return std::make_unique<Heard>(environment, services, std::move(on_change));
}

}  // namespace services::binding
