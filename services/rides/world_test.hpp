#pragma once

/// All that rides meets, for its tests: real servers, a live map that the test sets, match and
/// location as far as they announce events, and phones that call over NATS.

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contracts/operations.hpp"
#include "platform/bus/relay.hpp"
#include "services/binding/remote.hpp"
#include "services/binding/service.hpp"
#include "services/binding/work.hpp"
#include "services/rides/config.hpp"
#include "services/rides/ledger_check.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {

inline constexpr domain::geo::Point pickup{-6.1754, 106.8272};
inline constexpr domain::geo::Point destination{-6.2250, 106.8100};

/// `metres` north of the pickup.
domain::geo::Point north(double metres);

/// Location, as far as rides asks it.
class LiveMapStub {
 public:
  explicit LiveMapStub(platform::bus::Connection& bus) : bus_(bus) { open(); }

  void put(domain::UserId user, domain::geo::Point point) { points_[user] = point; }
  void lose(domain::UserId user) { points_.erase(user); }
  void open();
  void close() { served_.reset(); }

 private:
  void where_is(const platform::bus::Message& message);

  platform::bus::Connection& bus_;
  std::map<domain::UserId, domain::geo::Point> points_;
  std::unique_ptr<platform::bus::Subscription> served_;
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

  awaitable<void> close();

 private:
  platform::runtime::Runtime& runtime_;
  std::unique_ptr<platform::postgres::Pool> pool_;
  std::unique_ptr<platform::bus::Relay> relay_;
};

/// What a call was answered: the answer, or the code of the refusal.
template <class Answer>
using Told = std::expected<Answer, std::string>;

/// "ok", or the code of the refusal.
template <class Answer>
std::string code_of(const Told<Answer>& told) {
  return told ? "ok" : told.error();
}

class World {
 public:
  World(platform::runtime::Runtime& runtime, const RidesConfig& config);
  ~World();

  awaitable<void> stop();

  // Who takes part, unless a test names others. The driver stands at the pickup.

  domain::PassengerId passenger;
  domain::DriverId driver;
  domain::UserId stranger;

  // Others' events.

  contracts::MatchAccepted accepted(domain::RideId ride);
  awaitable<void> announce(const contracts::MatchAccepted& accepted);
  awaitable<void> announce(const contracts::UserDeleted& deleted);
  awaitable<void> announce_metered(domain::RideId ride, double metres);

  // A ride on its way, each by the commands and events that lead there.

  awaitable<domain::RideId> matched();
  awaitable<domain::RideId> arrived();
  awaitable<domain::RideId> in_progress();
  awaitable<domain::RideId> completed(std::optional<double> adjustment = {});
  awaitable<domain::RideId> final(double metres, std::optional<double> adjustment = {});

  awaitable<std::string> pin(domain::RideId ride);
  awaitable<contracts::RideView> view(domain::RideId ride);
  /// Waits until the ride has a fare.
  awaitable<void> is_final(domain::RideId ride);

  // Phones.

  template <class Request, class Answer>
  awaitable<Told<Answer>> call(const contracts::Operation<Request, Answer>& operation,
                               domain::UserId by, Request request, std::string key = {}) {
    const auto answer = co_await send(operation, by, base::json::to_text(request), key);
    if (!answer.ok()) {
      co_return std::unexpected{base::json::from_text<contracts::Problem>(answer.body)->code};
    }
    co_return base::json::from_text<Answer>(answer.body).value();
  }
  awaitable<binding::Answer> send(const contracts::OperationRow& operation, domain::UserId by,
                                  std::string body, std::string key);

  // Looking behind the counter.

  /// The payloads of an event that rides has announced, oldest first.
  awaitable<std::vector<contracts::RideChanged>> announced(
      const contracts::EventKind<contracts::RideChanged>& kind);
  /// What the driver and the platform owe each other.
  awaitable<std::int64_t> balance();
  /// Proves the books; fails the test when it can't.
  awaitable<BooksReport> prove_books();
  /// How many rows a condition on a table has: count("rides where state = 'paid'").
  awaitable<std::int64_t> count(std::string from);
  /// Runs a statement as the service's own role.
  awaitable<void> run(std::string statement);

  template <class Id>
  Id new_id() {
    return runtime_.new_id<Id>();
  }

  /// Waits for a truth; throws when it takes longer than a few seconds.
  awaitable<void> until(std::string what, std::function<awaitable<bool>()> holds);

  LiveMapStub& map() { return map_; }
  platform::bus::Connection& bus() { return *bus_; }
  platform::postgres::Pool& pool() { return *pool_; }

 private:
  platform::runtime::Runtime& runtime_;
  std::unique_ptr<platform::bus::Link> link_;
  std::unique_ptr<platform::bus::Connection> bus_;
  std::unique_ptr<platform::postgres::Pool> pool_;
  std::unique_ptr<platform::redis::Client> redis_;
  LiveMapStub map_;
  Producer match_;
  Producer location_;
  Producer users_;
  std::unique_ptr<binding::Service> service_;
};

/// Forgets the events of an earlier test, whose schema is gone.
awaitable<void> forget_earlier_tests(platform::runtime::Runtime& runtime);

/// Runs a story in a new world, and ends the world whatever happens.
using Story = std::function<awaitable<void>(World&)>;
void tell(const Story& story, const RidesConfig& config = {});

}  // namespace services::rides
