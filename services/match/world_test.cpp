#include "services/match/world_test.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <gtest/gtest.h>

#include "domain/geo/point.hpp"
#include "platform/bus/migrations.hpp"
#include "platform/postgres/migrate.hpp"
#include "services/binding/reactions.hpp"
#include "services/binding/wire.hpp"
#include "services/match/migrations.hpp"
#include "services/match/pg_store.hpp"
#include "services/match/service.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/service_world.hpp"
#include "tests/support/stack_fixture.hpp"

namespace services::match {
namespace {

using namespace std::chrono_literals;
namespace bus = platform::bus;
namespace operations = contracts::operations;
namespace postgres = platform::postgres;
namespace runtime = platform::runtime;

using tests::support::bus_link;
using tests::support::forget_streams;
using tests::support::migrated;

constexpr auto patience = 15s;
constexpr auto look_again_after = 10ms;
constexpr auto call_limit = 5s;

template <class Answer>
void reply(bus::Connection& connection, const bus::Message& message, const Answer& answer) {
  connection.publish(message.reply_to, base::json::to_text(answer),
                     binding::headers_of(binding::Answer{.status = 200, .body = {}}));
}

}  // namespace

postgres::PoolConfig fresh_match_database() { return migrated("match", migrations()); }

MatchConfig quick_config() {
  MatchConfig config;
  config.patience_ms = 60s;
  config.proposal_lifetime_ms = 30s;
  config.dispatch_window_ms = 100ms;
  config.dispatch_lease_ms = 600ms;
  config.mirror_interval_ms = 100ms;
  return config;
}

MatchConfig broadcast_config(std::size_t at_once) {
  auto config = quick_config();
  config.policy = domain::match::PolicyName::broadcast;
  config.broadcast_to = at_once;
  return config;
}

domain::geo::Point north(double metres) {
  constexpr double metres_per_degree = 111'195;
  return {pickup.latitude + metres / metres_per_degree, pickup.longitude};
}

contracts::RideChanged ended_ride(domain::RideId id, domain::DriverId driver,
                                  std::optional<domain::ride::CancelledBy> by) {
  using domain::ride::RideState;
  contracts::RideChanged event;
  event.ride.ride_id = id;
  event.ride.driver.driver_id = driver;
  event.ride.pickup = contracts::place_at(pickup);
  event.ride.destination = contracts::place_at(destination);
  event.ride.state = by ? RideState::cancelled : RideState::completed;
  if (by) event.ride.cancellation = contracts::Cancellation{.by = *by, .reason = {}, .fee = {}};
  return event;
}

void expect_rounded(const contracts::Place& shown, domain::geo::Point exact) {
  const auto rounded = domain::geo::rounded_to_100_m(exact);
  EXPECT_DOUBLE_EQ(shown.latitude, rounded.latitude);
  EXPECT_DOUBLE_EQ(shown.longitude, rounded.longitude);
  EXPECT_EQ(shown.label, std::nullopt);
}

// Location.

void LiveMapStub::open() {
  served_.push_back(bus_.subscribe(std::string{operations::find_drivers.subject}, "location",
                                   [this](const bus::Message& message) { find_drivers(message); }));
  served_.push_back(bus_.subscribe(std::string{operations::where_is.subject}, "location",
                                   [this](const bus::Message& message) { where_is(message); }));
}

void LiveMapStub::find_drivers(const bus::Message& message) {
  const auto question = base::json::from_text<contracts::FindDrivers>(message.data).value();
  contracts::FoundDrivers answer;
  for (const auto& [driver, point] : points_) {
    const auto metres = domain::geo::distance({question.latitude, question.longitude}, point).value;
    if (metres > question.radius_m) continue;
    answer.drivers.push_back({.driver_id = driver,
                              .latitude = point.latitude,
                              .longitude = point.longitude,
                              .metres = metres});
  }
  std::ranges::sort(answer.drivers, {}, &contracts::FoundDriver::metres);
  const auto limit = std::min(answer.drivers.size(), static_cast<std::size_t>(question.limit));
  answer.drivers.resize(limit);
  reply(bus_, message, answer);
}

void LiveMapStub::where_is(const bus::Message& message) {
  const auto question = base::json::from_text<contracts::WhereIs>(message.data).value();
  contracts::LastPositions answer;
  for (const auto& user : question.user_ids) {
    const auto found = points_.find(user);
    if (found == points_.end()) continue;
    answer.positions.push_back({.user_id = user,
                                .latitude = found->second.latitude,
                                .longitude = found->second.longitude});
  }
  reply(bus_, message, answer);
}

// Users and rides.

Producer::Producer(runtime::Runtime& its_runtime, bus::Connection& connection,
                   contracts::Owner owner)
    : runtime_(its_runtime),
      pool_(postgres::make_pool(its_runtime, migrated(binding::service_name(owner), {}))),
      relay_(bus::start_relay(its_runtime, connection, *pool_,
                              {.service = binding::service_name(owner)})) {}

// Match.

class Instance {
 public:
  Instance(runtime::Runtime& parent, const std::string& name, const postgres::PoolConfig& database,
           const platform::redis::Config& redis, bus::Link& link, const MatchConfig& config)
      : runtime_(parent.executor(), name),
        pool_(postgres::make_pool(runtime_, database)),
        redis_(platform::redis::make_client(runtime_, redis)),
        bus_(link.attach(runtime_)),
        service_(make_service({runtime_, *pool_, *redis_, *bus_}, config)) {}

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

World::World(runtime::Runtime& its_runtime, MatchConfig config)
    : runtime_(its_runtime),
      config_(std::move(config)),
      database_(fresh_match_database()),
      redis_config_(tests::support::redis_config()),
      link_(bus_link()),
      bus_(link_->attach(runtime_)),
      pool_(postgres::make_pool(runtime_, database_)),
      redis_(platform::redis::make_client(runtime_, redis_config_)),
      live_map_(*bus_) {}

World::~World() = default;

void World::start() {
  const auto name = "match-" + std::to_string(instances_started_++);
  instances_.push_back(
      std::make_unique<Instance>(runtime_, name, database_, redis_config_, *link_, config_));
}

awaitable<void> World::stop_one() {
  const auto oldest = std::move(instances_.front());
  instances_.erase(instances_.begin());
  co_await oldest->stop();
}

awaitable<void> World::stop() {
  while (!instances_.empty()) co_await stop_one();
  live_map_.close();
  co_await runtime_.tasks().join();
  users_.reset();
  rides_.reset();
  co_await redis_->close();
  co_await pool_->close();
}

awaitable<domain::DriverId> World::add_driver(domain::geo::Point point) {
  const auto driver = new_id<domain::DriverId>();
  live_map_.put(driver, point);
  co_await register_driver(driver);
  co_await set_beacon(driver, true);
  co_return driver;
}

awaitable<void> World::register_driver(domain::DriverId driver) {
  bus::Unit unit{*pool_, {}};
  binding::Work work{unit, runtime_, {}};
  const auto store = make_pg_match_store(work);
  co_await store->save(card(driver), domain::identity::DriverStatus::approved, runtime_.now());
  co_await unit.commit({});
}

contracts::DriverCard World::card(domain::DriverId driver) const {
  return {.driver_id = driver,
          .name = "Budi",
          .vehicle_type = domain::VehicleType::motorcycle,
          .vehicle = "Honda Vario, black",
          .plate = "B" + driver.text().substr(28)};
}

awaitable<void> World::set_beacon(domain::DriverId driver, bool on) {
  const auto answer = co_await call(operations::set_beacon, driver, {.on = on});
  if (!answer) throw std::runtime_error{"the beacon could not be set: " + answer.error()};
}

awaitable<std::optional<domain::MatchId>> World::open_proposal(domain::DriverId driver) {
  const auto rows = co_await pool_->run(
      postgres::Query{"test_open_proposal",
                      "select match_id from matches where state = 'proposed' and driver_id = $1"},
      driver);
  if (rows.empty()) co_return std::nullopt;
  co_return rows.front().get<domain::MatchId>("match_id");
}

awaitable<bool> World::is_asked(domain::DriverId driver) {
  co_return (co_await open_proposal(driver)).has_value();
}

awaitable<domain::MatchId> World::asked(domain::DriverId driver) {
  std::optional<domain::MatchId> match;
  co_await until("the driver is asked", [&]() -> awaitable<bool> {
    match = co_await open_proposal(driver);
    co_return match.has_value();
  });
  co_return *match;
}

awaitable<std::vector<domain::match::Proposal>> World::ask_many(domain::RequestId request,
                                                                int drivers) {
  bus::Unit unit{*pool_, {}};
  binding::Work work{unit, runtime_, {}};
  const auto store = make_pg_match_store(work);
  const auto asking = (co_await store->lock(request)).value();
  std::vector<ProposalRecord> records;
  std::vector<domain::match::DriverSlot> slots;
  std::vector<domain::match::Proposal> proposals;
  for (int i = 0; i < drivers; ++i) {
    const auto driver = new_id<domain::DriverId>();
    co_await store->save(card(driver), domain::identity::DriverStatus::approved, runtime_.now());
    co_await store->set_beacon(driver, true, runtime_.now());
    proposals.push_back(propose(asking.request, new_id<domain::MatchId>(), driver, config_.rules(),
                                runtime_.now()));
    records.push_back({.proposal = proposals.back(), .distance = {100}});
    slots.push_back({.driver_id = driver, .beacon_on = true, .held_by = request});
  }
  co_await store->insert(records);
  co_await store->hold(slots, HeldAs::proposed, runtime_.now());
  co_await unit.commit({});
  co_return proposals;
}

awaitable<domain::RequestId> World::request(domain::UserId passenger) {
  const auto view = co_await call(operations::create_request, passenger,
                                  {.pickup = contracts::place_at(pickup, "Monas, west gate"),
                                   .destination = contracts::place_at(destination)});
  if (!view) throw std::runtime_error{"no request could be made: " + view.error()};
  co_return view->request_id;
}

awaitable<domain::RequestId> World::match(domain::UserId passenger, domain::DriverId driver) {
  const auto made = co_await request(passenger);
  const auto accepted =
      co_await call(operations::accept_proposal, driver, {.match_id = co_await asked(driver)});
  if (!accepted) throw std::runtime_error{"not accepted: " + accepted.error()};
  co_return made;
}

awaitable<void> World::reaches(domain::RequestId request, domain::match::RequestState state) {
  const std::string name = boost::describe::enum_to_string(state, "");
  co_await until("the request is " + name, [&]() -> awaitable<bool> {
    co_return co_await count("match_requests where request_id = '" + request.text() +
                             "' and state = '" + name + "'") == 1;
  });
}

awaitable<binding::Answer> World::send(const contracts::OperationRow& operation, domain::UserId by,
                                       std::string body, std::string key) {
  return binding::forward(
      *bus_, operation,
      {.caller = {.user = by}, .body = std::move(body), .idempotency_key = std::move(key)},
      call_limit);
}

awaitable<std::vector<std::string>> World::payloads_of(std::string_view type) {
  const auto rows = co_await pool_->run(
      postgres::Query{"test_payloads", "select payload from outbox where type = $1 order by id"},
      type);
  std::vector<std::string> payloads;
  for (const auto row : rows) payloads.push_back(row.get<std::string>("payload"));
  co_return payloads;
}

awaitable<void> World::until(std::string what, std::function<awaitable<bool>()> holds) {
  return tests::support::eventually(std::move(what), patience, std::move(holds), look_again_after);
}

awaitable<void> World::at_once(int count, std::function<awaitable<void>(int)> act) {
  runtime::TaskGroup tasks{runtime_.executor()};
  int done = 0;
  for (int i = 0; i < count; ++i) {
    tasks.spawn("act", [&, i]() -> awaitable<void> {
      co_await act(i);
      ++done;
    });
  }
  std::exception_ptr failure;
  try {
    co_await until("all have acted", [&]() -> awaitable<bool> { co_return done == count; });
  } catch (...) {
    failure = std::current_exception();
  }
  co_await tasks.join();
  if (failure) std::rethrow_exception(failure);
}

awaitable<std::string> World::database_folder() {
  const auto administrator = postgres::make_pool(runtime_, tests::support::administrator_config());
  const auto rows =
      co_await administrator->run(postgres::Query{"test_data_directory", "show data_directory"});
  co_await administrator->close();
  co_return rows.front().get<std::string>("data_directory");
}

awaitable<std::int64_t> World::count(std::string from) {
  const auto statement = "select count(*) as number from " + from;
  const auto name = "test_" + std::to_string(std::hash<std::string>{}(statement));
  const auto rows = co_await pool_->run(postgres::Query{name, statement});
  co_return rows.front().get<std::int64_t>("number");
}

Producer& World::users() {
  if (!users_) users_ = std::make_unique<Producer>(runtime_, *bus_, contracts::Owner::users);
  return *users_;
}

Producer& World::rides() {
  if (!rides_) rides_ = std::make_unique<Producer>(runtime_, *bus_, contracts::Owner::rides);
  return *rides_;
}

void tell(const Story& story, const MatchConfig& config) {
  tests::support::run(
      [&](runtime::Runtime& test_runtime) -> awaitable<void> {
        {
          const auto connection_link = bus_link();
          co_await forget_streams(*connection_link->attach(test_runtime),
                                  {"match", "users", "rides"});
        }
        World world{test_runtime, config};
        world.start();
        std::exception_ptr failure;
        try {
          co_await story(world);
        } catch (...) {
          failure = std::current_exception();
        }
        co_await world.stop();
        if (failure) std::rethrow_exception(failure);
      },
      60s);
}

}  // namespace services::match
