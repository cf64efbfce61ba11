#include "services/location/world_test.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "contracts/subjects.hpp"
#include "platform/bus/migrations.hpp"
#include "platform/postgres/migrate.hpp"
#include "services/location/migrations.hpp"
#include "services/location/service.hpp"
#include "services/location/shards.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/service_world.hpp"
#include "tests/support/stack_fixture.hpp"

namespace services::location {
namespace {

using namespace std::chrono_literals;
namespace bus = platform::bus;
namespace operations = contracts::operations;
namespace postgres = platform::postgres;
namespace runtime = platform::runtime;

using tests::support::bus_link;
using tests::support::forget_streams;
using tests::support::migrated;

constexpr auto patience = 20s;
constexpr auto look_again_after = 10ms;
constexpr auto call_limit = 5s;
constexpr double metres_per_step = 10;
/// What is driven first was so long ago that a long drive is not in the future.
constexpr auto drive_began_ago = 50s;

// These tests pause servers, so they have their own.
const platform::stack::Addresses& servers() { return tests::support::shared_stack().addresses(); }

}  // namespace

LocationConfig quick_config() {
  LocationConfig config;
  config.lease_ms = 600ms;
  config.meter_interval_ms = 50ms;
  config.meter_gap_wait_ms = 1'000ms;
  config.driver_frame_interval_ms = 0ms;
  config.redis_interval_ms = 50ms;
  config.history_interval_ms = 50ms;
  return config;
}

domain::geo::Point north(double metres) {
  constexpr double metres_per_degree = 111'195.08;
  return {monas.latitude + metres / metres_per_degree, monas.longitude};
}

contracts::Fix fix_at(domain::geo::Point point, base::Instant at, std::int64_t sequence) {
  return {.latitude = point.latitude,
          .longitude = point.longitude,
          .at = at,
          .sequence = sequence,
          .accuracy_m = 1,
          .speed_mps = {},
          .heading = 0};
}

// Instances.

class Instance {
 public:
  Instance(runtime::Runtime& parent, const std::string& name, const postgres::PoolConfig& database,
           const platform::redis::Config& redis, bus::Link& its_link, const LocationConfig& config)
      : runtime_(parent.executor(), name),
        pool_(postgres::make_pool(runtime_, database)),
        redis_(platform::redis::make_client(runtime_, redis)),
        bus_(its_link.attach(runtime_)),
        service_(make_service({runtime_, *pool_, *redis_, *bus_}, config)) {}

  awaitable<void> cut_off() { co_await pool_->close(); }

  awaitable<void> stop() {
    co_await service_->stop(1s);
    co_await runtime_.tasks().join();
    service_.reset();
    bus_.reset();
    co_await redis_->close();
    co_await pool_->close();
  }

 private:
  runtime::Runtime runtime_;
  std::unique_ptr<postgres::Pool> pool_;
  std::unique_ptr<platform::redis::Client> redis_;
  std::unique_ptr<bus::Connection> bus_;
  std::unique_ptr<binding::Service> service_;
};

/// The service of that name, as far as it announces.
class World::Rides {
 public:
  Rides(runtime::Runtime& its_runtime, bus::Connection& connection)
      : runtime_(its_runtime),
        pool_(postgres::make_pool(its_runtime, migrated("rides", {}))),
        relay_(bus::start_relay(its_runtime, connection, *pool_, {.service = "rides"})) {}

  awaitable<void> announce(const contracts::EventKind<contracts::RideChanged>& kind,
                           contracts::RideChanged change) {
    bus::Unit unit{*pool_, {}};
    binding::Work work{unit, runtime_, {}};
    co_await work.announce(kind, change.ride.ride_id, change);
    co_await unit.commit({});
    relay_->wake();
  }

  awaitable<void> close() {
    relay_.reset();
    co_await pool_->close();
  }

 private:
  runtime::Runtime& runtime_;
  std::unique_ptr<postgres::Pool> pool_;
  std::unique_ptr<bus::Relay> relay_;
};

World::World(runtime::Runtime& its_runtime, LocationConfig config)
    : runtime_(its_runtime),
      config_(config),
      database_(migrated("location", migrations())),
      redis_config_(tests::support::redis_config(servers())),
      link_(bus_link()),
      bus_(link_->attach(runtime_)),
      pool_(postgres::make_pool(runtime_, database_)),
      redis_(platform::redis::make_client(runtime_, redis_config_)),
      rides_(std::make_unique<Rides>(runtime_, *bus_)),
      began_(runtime_.now()) {
  listening_.push_back(bus_->subscribe(
      std::string{contracts::subjects::meters}, "", [this](const bus::Message& message) {
        readings_.push_back(base::json::from_text<contracts::MeterReading>(message.data).value());
      }));
}

World::~World() = default;

awaitable<void> World::start() {
  const auto name = "location-" + std::to_string(instances_started_++);
  instances_.push_back(
      std::make_unique<Instance>(runtime_, name, database_, redis_config_, *link_, config_));
  // Signals are for those who listen already.
  co_await until("location answers", [this]() -> awaitable<bool> { return answers(); });
  co_await until("all shards have a writer", [this]() -> awaitable<bool> {
    co_return co_await count("leases where name like 'location.shards.%' and expires_at > now()") ==
        shard_count;
  });
}

awaitable<bool> World::answers() {
  try {
    co_await find_drivers();
    co_return true;
  } catch (const binding::RemoteUnavailable&) {
    co_return false;
  }
}

awaitable<void> World::cut_off_one() { co_await instances_.front()->cut_off(); }

awaitable<void> World::stop_one() {
  const auto oldest = std::move(instances_.front());
  instances_.erase(instances_.begin());
  co_await oldest->stop();
}

awaitable<void> World::stop() {
  while (!instances_.empty()) co_await stop_one();
  listening_.clear();
  co_await runtime_.tasks().join();
  co_await rides_->close();
  co_await redis_->close();
  co_await pool_->close();
}

// Phones.

Phone World::new_driver(domain::VehicleType vehicle) {
  return {.user = runtime_.new_id<domain::UserId>(),
          .session = runtime_.new_id<domain::SessionId>(),
          .vehicle = vehicle};
}

Phone World::new_passenger() {
  return {.user = runtime_.new_id<domain::UserId>(),
          .session = runtime_.new_id<domain::SessionId>(),
          .vehicle = {}};
}

void World::report(const Phone& phone, const std::vector<contracts::Fix>& fixes) {
  contracts::PositionBatch batch;
  for (const auto& fix : fixes) {
    batch.fixes.push_back({.user_id = phone.user,
                           .session_id = phone.session,
                           .vehicle_type = phone.vehicle,
                           .fix = fix});
  }
  bus_->publish_signal(std::string{contracts::subjects::positions}, base::json::to_text(batch));
}

void World::drive(const Phone& phone, std::int64_t first, std::int64_t last) {
  std::vector<contracts::Fix> fixes;
  for (auto sequence = first; sequence <= last; ++sequence) {
    const auto at = began_ - drive_began_ago - driven_ago_ + std::chrono::seconds{sequence};
    fixes.push_back(fix_at(north(metres_per_step * static_cast<double>(sequence)), at, sequence));
  }
  report(phone, fixes);
}

// Rides.

TestRide World::new_ride() {
  return {.ride_id = runtime_.new_id<domain::RideId>(),
          .driver = new_driver(),
          .passenger = runtime_.new_id<domain::UserId>()};
}

awaitable<void> World::announce(const contracts::EventKind<contracts::RideChanged>& kind,
                                const TestRide& ride, std::optional<std::int64_t> start,
                                std::optional<std::int64_t> end) {
  contracts::RideChanged change;
  change.ride.ride_id = ride.ride_id;
  change.ride.driver.driver_id = ride.driver.user;
  change.ride.passenger_id = ride.passenger;
  change.ride.pickup = contracts::place_at(monas);
  change.ride.destination = contracts::place_at(north(1'000));
  change.ride.matched_at = began_;
  if (end) change.ride.completed_at = now();
  change.start_sequence = start;
  change.end_sequence = end;
  return rides_->announce(kind, std::move(change));
}

// What location says.

template <class Request, class Answer>
awaitable<Answer> World::ask(const contracts::Operation<Request, Answer>& operation,
                             Request request) {
  return binding::ask(*bus_, operation, std::move(request), {}, call_limit);
}

awaitable<contracts::FoundDrivers> World::find_drivers(double radius_m,
                                                       domain::VehicleType vehicle) {
  return ask(operations::find_drivers, contracts::FindDrivers{.latitude = monas.latitude,
                                                              .longitude = monas.longitude,
                                                              .radius_m = radius_m,
                                                              .vehicle_type = vehicle});
}

awaitable<contracts::AccountRecordsPage> World::history_of(domain::UserId user,
                                                           std::optional<std::string> after,
                                                           int limit) {
  co_return co_await ask(operations::location_account_records,
                         contracts::AskRecords{.user_id = user,
                                               .kind = contracts::RecordKind::positions,
                                               .after = std::move(after),
                                               .limit = limit});
}

awaitable<contracts::LastPositions> World::where_is(std::vector<domain::UserId> users) {
  return ask(operations::where_is, contracts::WhereIs{.user_ids = std::move(users)});
}

awaitable<bool> World::finds(domain::DriverId driver) {
  const auto found = co_await find_drivers();
  co_return std::ranges::count(found.drivers, driver, &contracts::FoundDriver::driver_id) == 1;
}

awaitable<contracts::TripMetered> World::metered(domain::RideId ride) {
  co_await until("the trip is measured", [&]() -> awaitable<bool> {
    co_return co_await count("outbox where key = '" + ride.text() + "'") == 1;
  });
  const auto rows = co_await pool_->run(
      postgres::Query{"test_metered", "select payload from outbox where key = $1"}, ride);
  co_return base::json::from_text<contracts::TripMetered>(rows.front().get<std::string>("payload"))
      .value();
}

const std::vector<contracts::UserFrame>& World::frames_to(domain::UserId user) {
  const auto [frames, is_new] = frames_.try_emplace(user);
  if (is_new) {
    listening_.push_back(bus_->subscribe(
        contracts::subjects::user(user), "", [this, user](const bus::Message& message) {
          frames_.at(user).push_back(
              base::json::from_text<contracts::UserFrame>(message.data).value());
        }));
  }
  return frames->second;
}

// Anybody.

awaitable<void> World::until(std::string what, std::function<awaitable<bool>()> holds) {
  return tests::support::eventually(std::move(what), patience, std::move(holds), look_again_after);
}

awaitable<void> World::until(std::string what, std::function<bool()> holds) {
  return until(std::move(what),
               [holds = std::move(holds)]() -> awaitable<bool> { co_return holds(); });
}

awaitable<std::int64_t> World::count(std::string from) {
  const auto statement = "select count(*) as number from " + from;
  const auto name = "test_" + std::to_string(std::hash<std::string>{}(statement));
  const auto rows = co_await pool_->run(postgres::Query{name, statement});
  co_return rows.front().get<std::int64_t>("number");
}

awaitable<void> World::run_statement(std::string statement) {
  const auto name = "test_" + std::to_string(std::hash<std::string>{}(statement));
  co_await pool_->run(postgres::Query{name, statement});
}

awaitable<std::vector<std::string>> World::geo_sets() {
  const auto reply = co_await redis_->command({"KEYS", redis_->key("geo:*")});
  std::vector<std::string> keys;
  for (const auto& key : reply.elements()) keys.push_back(key.text());
  co_return keys;
}

awaitable<std::int64_t> World::drivers_in_redis() {
  std::int64_t drivers = 0;
  for (const auto& key : co_await geo_sets()) {
    drivers += (co_await redis_->command({"ZCARD", key})).integer();
  }
  co_return drivers;
}

platform::stack::Stack& World::stack() { return tests::support::shared_stack(); }

void tell(const Story& story, const LocationConfig& config) {
  tests::support::run(
      [&](runtime::Runtime& test_runtime) -> awaitable<void> {
        {
          const auto connection_link = bus_link();
          co_await forget_streams(*connection_link->attach(test_runtime), {"location", "rides"});
        }
        World world{test_runtime, config};
        std::exception_ptr failure;
        try {
          co_await world.start();
          co_await story(world);
        } catch (...) {
          failure = std::current_exception();
        }
        co_await world.stop();
        if (failure) std::rethrow_exception(failure);
      },
      60s);
}

}  // namespace services::location
