#pragma once

/// All that location meets, for its tests: real servers, phones that report where they are, rides
/// as far as it announces events, and whoever listens to signals.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "contracts/events.hpp"
#include "contracts/frames.hpp"
#include "contracts/operations.hpp"
#include "platform/bus/relay.hpp"
#include "platform/redis/client.hpp"
#include "platform/stack/stack.hpp"
#include "services/binding/remote.hpp"
#include "services/binding/work.hpp"
#include "services/location/config.hpp"
#include "services/location/ports.hpp"

namespace services::location {

/// Intervals in fractions of a second, so that no test waits long.
LocationConfig quick_config();

inline constexpr domain::geo::Point monas{-6.1754, 106.8272};

/// `metres` north of Monas.
domain::geo::Point north(double metres);

/// A session of somebody's, as the edge knows it.
struct Phone {
  domain::UserId user;
  domain::SessionId session;
  std::optional<domain::VehicleType> vehicle;
};

contracts::Fix fix_at(domain::geo::Point point, base::Instant at, std::int64_t sequence);

/// A ride with its two people.
struct TestRide {
  domain::RideId ride_id;
  Phone driver;
  domain::PassengerId passenger;
};

/// One instance of location with its own connections.
class Instance;

class World {
 public:
  World(platform::runtime::Runtime& runtime, LocationConfig config);
  ~World();

  // Instances of location.

  /// Returns when location answers, and each shard has an instance that writes for it.
  awaitable<void> start();
  /// The oldest instance reaches PostgreSQL no more, as if its process had died.
  awaitable<void> cut_off_one();
  awaitable<void> stop_one();
  awaitable<void> stop();

  // Phones.

  Phone new_driver(domain::VehicleType vehicle = domain::VehicleType::motorcycle);
  Phone new_passenger();
  void report(const Phone& phone, const std::vector<contracts::Fix>& fixes);
  /// The driver goes north from Monas, 10 m a second: his positions numbered `first` to `last`.
  void drive(const Phone& phone, std::int64_t first, std::int64_t last);
  /// By how much the times of what is driven lie in the past.
  void drive_in_the_past(std::chrono::milliseconds by) { driven_ago_ = by; }

  // Rides.

  TestRide new_ride();
  awaitable<void> announce(const contracts::EventKind<contracts::RideChanged>& kind,
                           const TestRide& ride, std::optional<std::int64_t> start = {},
                           std::optional<std::int64_t> end = {});

  // What location says.

  awaitable<contracts::FoundDrivers> find_drivers(
      double radius_m = 5'000, domain::VehicleType vehicle = domain::VehicleType::motorcycle);
  awaitable<contracts::LastPositions> where_is(std::vector<domain::UserId> users);
  awaitable<bool> finds(domain::DriverId driver);
  /// A page of the position history, newest first.
  awaitable<contracts::AccountRecordsPage> history_of(domain::UserId user,
                                                      std::optional<std::string> after, int limit);
  /// Waits until a trip has been announced as measured.
  awaitable<contracts::TripMetered> metered(domain::RideId ride);
  /// The frames that the user has been sent since the first time that this was asked.
  const std::vector<contracts::UserFrame>& frames_to(domain::UserId user);
  const std::vector<contracts::MeterReading>& readings() const { return readings_; }

  // Anybody.

  base::Instant now() const { return runtime_.now(); }
  /// Waits for a truth; throws when it takes longer than a few seconds.
  awaitable<void> until(std::string what, std::function<awaitable<bool>()> holds);
  awaitable<void> until(std::string what, std::function<bool()> holds);
  /// count("trip_meters where state = 'open'")
  awaitable<std::int64_t> count(std::string from);
  awaitable<void> run_statement(std::string statement);
  /// The keys of the geo sets that Redis has, and how many drivers are in them.
  awaitable<std::vector<std::string>> geo_sets();
  awaitable<std::int64_t> drivers_in_redis();
  platform::redis::Client& redis() { return *redis_; }
  platform::stack::Stack& stack();

 private:
  class Rides;

  awaitable<bool> answers();

  template <class Request, class Answer>
  awaitable<Answer> ask(const contracts::Operation<Request, Answer>& operation, Request request);

  platform::runtime::Runtime& runtime_;
  LocationConfig config_;
  platform::postgres::PoolConfig database_;
  platform::redis::Config redis_config_;
  std::unique_ptr<platform::bus::Link> link_;
  std::unique_ptr<platform::bus::Connection> bus_;
  std::unique_ptr<platform::postgres::Pool> pool_;
  std::unique_ptr<platform::redis::Client> redis_;
  std::unique_ptr<Rides> rides_;
  std::vector<std::unique_ptr<Instance>> instances_;
  int instances_started_ = 0;
  base::Instant began_;
  std::chrono::milliseconds driven_ago_{0};
  std::vector<contracts::MeterReading> readings_;
  std::map<domain::UserId, std::vector<contracts::UserFrame>> frames_;
  std::vector<std::unique_ptr<platform::bus::Subscription>> listening_;
};

/// Runs a story in a new world with one instance of location, and ends the world whatever happens.
using Story = std::function<awaitable<void>(World&)>;
void tell(const Story& story, const LocationConfig& config = quick_config());

}  // namespace services::location
