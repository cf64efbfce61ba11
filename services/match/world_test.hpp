#pragma once

/// All that match meets, for its tests: real servers, a live map that the test sets, users and
/// rides as far as they announce events, and phones that call over NATS.

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/enum_to_string.hpp>

#include "contracts/operations.hpp"
#include "platform/bus/relay.hpp"
#include "services/binding/remote.hpp"
#include "services/binding/service.hpp"
#include "services/binding/work.hpp"
#include "services/match/config.hpp"
#include "services/match/ports.hpp"

namespace services::match {

/// A new schema of match, migrated.
platform::postgres::PoolConfig fresh_match_database();

/// Short windows, so that no test waits long; lifetimes that no test outlives by chance.
MatchConfig quick_config();
/// The same, asking so many drivers at once.
MatchConfig broadcast_config(std::size_t at_once);

inline constexpr domain::geo::Point pickup{-6.1754, 106.8272};
inline constexpr domain::geo::Point destination{-6.2250, 106.8100};

/// `metres` north of the pickup.
domain::geo::Point north(double metres);

/// What rides tells at the end of a ride: completed, or cancelled by somebody.
contracts::RideChanged ended_ride(domain::RideId id, domain::DriverId driver,
                                  std::optional<domain::ride::CancelledBy> by = {});

/// What strangers are shown of a point.
void expect_rounded(const contracts::Place& shown, domain::geo::Point exact);

/// "ok", or the code of a refusal.
std::string code_of(const auto& answer) { return answer ? "ok" : answer.error(); }

/// Location, as far as match asks it.
class LiveMapStub {
 public:
  explicit LiveMapStub(platform::bus::Connection& bus) : bus_(bus) { open(); }

  void put(domain::DriverId driver, domain::geo::Point point) { points_[driver] = point; }
  void remove(domain::DriverId driver) { points_.erase(driver); }
  void open();
  void close() { served_.clear(); }

 private:
  void find_drivers(const platform::bus::Message& message);
  void where_is(const platform::bus::Message& message);

  platform::bus::Connection& bus_;
  std::map<domain::DriverId, domain::geo::Point> points_;
  std::vector<std::unique_ptr<platform::bus::Subscription>> served_;
};

/// Another service, as far as it announces.
class Producer {
 public:
  Producer(platform::runtime::Runtime& runtime, platform::bus::Connection& bus,
           contracts::Owner owner);

  template <class Payload, class Tag>
  awaitable<void> announce(const contracts::EventKind<Payload>& kind, base::Id<Tag> key,
                           Payload payload) {
    platform::bus::Unit unit{*pool_, {}};
    binding::Work work{unit, runtime_, {}};
    co_await work.announce(kind, key, payload);
    co_await unit.commit({});
    relay_->wake();
  }

 private:
  platform::runtime::Runtime& runtime_;
  std::unique_ptr<platform::postgres::Pool> pool_;
  std::unique_ptr<platform::bus::Relay> relay_;
};

/// One instance of match with its own connections.
class Instance;

class World {
 public:
  World(platform::runtime::Runtime& runtime, MatchConfig config);
  ~World();

  // Instances of match.

  void start();
  /// Ends the oldest instance.
  awaitable<void> stop_one();
  awaitable<void> stop();

  // Drivers.

  /// Approved, on the map, with the beacon on.
  awaitable<domain::DriverId> add_driver(domain::geo::Point point);
  /// Known and approved; the beacon is off.
  awaitable<void> register_driver(domain::DriverId driver);
  contracts::DriverCard card(domain::DriverId driver) const;
  awaitable<void> set_beacon(domain::DriverId driver, bool on);
  /// Waits until the driver is asked.
  awaitable<domain::MatchId> asked(domain::DriverId driver);
  awaitable<bool> is_asked(domain::DriverId driver);
  awaitable<std::optional<domain::MatchId>> open_proposal(domain::DriverId driver);
  /// New drivers, all of them asked for the request at once: more than a round may ask.
  awaitable<std::vector<domain::match::Proposal>> ask_many(domain::RequestId request, int drivers);

  // Passengers.

  awaitable<domain::RequestId> request(domain::UserId passenger);
  /// A request that `driver`, the only one around, has accepted.
  awaitable<domain::RequestId> match(domain::UserId passenger, domain::DriverId driver);
  /// Waits until the request is in the state.
  awaitable<void> reaches(domain::RequestId request, domain::match::RequestState state);

  // Anybody.

  template <class Id>
  Id new_id() {
    return runtime_.new_id<Id>();
  }

  /// What match answers, or the code of its refusal.
  template <class Request, class Answer>
  awaitable<std::expected<Answer, std::string>> call(
      const contracts::Operation<Request, Answer>& operation, domain::UserId by, Request request,
      std::string key = {}) {
    const auto answer = co_await send(operation, by, base::json::to_text(request), key);
    if (!answer.ok()) {
      co_return std::unexpected{
          base::json::from_text<contracts::Problem>(answer.body).value().code};
    }
    co_return base::json::from_text<Answer>(answer.body).value();
  }

  awaitable<binding::Answer> send(const contracts::OperationRow& operation, domain::UserId by,
                                  std::string body, std::string key);

  /// The payloads of an event type that match has announced, oldest first.
  template <class Payload>
  awaitable<std::vector<Payload>> announced(const contracts::EventKind<Payload>& kind) {
    std::vector<Payload> payloads;
    for (const auto& text : co_await payloads_of(kind.type)) {
      payloads.push_back(base::json::from_text<Payload>(text).value());
    }
    co_return payloads;
  }

  /// Waits for a truth; throws when it takes longer than a few seconds.
  awaitable<void> until(std::string what, std::function<awaitable<bool>()> holds);

  /// Runs `act(0)`, `act(1)` ... all at the same time, and waits for the last.
  awaitable<void> at_once(int count, std::function<awaitable<void>(int)> act);

  /// How many rows a condition on a table has: count("matches where state = 'proposed'").
  awaitable<std::int64_t> count(std::string from);

  /// Where PostgreSQL keeps its files; its log is beside it.
  awaitable<std::string> database_folder();

  LiveMapStub& live_map() { return live_map_; }
  Producer& users();
  Producer& rides();
  platform::redis::Client& redis() { return *redis_; }
  platform::bus::Connection& bus() { return *bus_; }

 private:
  awaitable<std::vector<std::string>> payloads_of(std::string_view type);

  platform::runtime::Runtime& runtime_;
  MatchConfig config_;
  platform::postgres::PoolConfig database_;
  platform::redis::Config redis_config_;
  std::unique_ptr<platform::bus::Link> link_;
  std::unique_ptr<platform::bus::Connection> bus_;
  std::unique_ptr<platform::postgres::Pool> pool_;
  std::unique_ptr<platform::redis::Client> redis_;
  LiveMapStub live_map_;
  std::unique_ptr<Producer> users_;
  std::unique_ptr<Producer> rides_;
  std::vector<std::unique_ptr<Instance>> instances_;
  int instances_started_ = 0;
};

/// Runs a story in a new world with one instance of match, and ends the world whatever happens.
using Story = std::function<awaitable<void>(World&)>;
void tell(const Story& story, const MatchConfig& config = quick_config());

}  // namespace services::match
