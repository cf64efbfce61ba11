#include "services/rides/world_test.hpp"

#include <exception>
#include <utility>

#include <gmock/gmock.h>

#include "platform/bus/migrations.hpp"
#include "platform/postgres/migrate.hpp"
#include "services/binding/reactions.hpp"
#include "services/binding/wire.hpp"
#include "services/rides/migrations.hpp"
#include "services/rides/service.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/service_world.hpp"
#include "tests/support/stack_fixture.hpp"

namespace services::rides {
namespace {

using namespace std::chrono_literals;
namespace bus = platform::bus;
namespace events = contracts::events;
namespace operations = contracts::operations;
namespace postgres = platform::postgres;
namespace runtime = platform::runtime;

using tests::support::bus_link;
using tests::support::forget_streams;
using tests::support::migrated;

constexpr auto patience = 15s;
constexpr auto look_again_after = 10ms;
constexpr auto call_limit = 5s;
constexpr std::int64_t start_sequence = 100;
constexpr std::int64_t end_sequence = 200;

template <class Answer>
Answer expected(Told<Answer> told) {
  if (!told) throw std::runtime_error{"refused: " + told.error()};
  return *std::move(told);
}

}  // namespace

domain::geo::Point north(double metres) {
  constexpr double metres_per_degree = 111'195;
  return {pickup.latitude + metres / metres_per_degree, pickup.longitude};
}

// Location and match.

void LiveMapStub::open() {
  served_ = bus_.subscribe(std::string{operations::where_is.subject}, "location",
                           [this](const bus::Message& message) { where_is(message); });
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
  bus_.publish(message.reply_to, base::json::to_text(answer),
               binding::headers_of(binding::Answer{.status = 200, .body = {}}));
}

Producer::Producer(runtime::Runtime& its_runtime, bus::Connection& connection,
                   contracts::Owner owner)
    : runtime_(its_runtime),
      pool_(postgres::make_pool(its_runtime, migrated(binding::service_name(owner), {}))),
      relay_(bus::start_relay(its_runtime, connection, *pool_,
                              {.service = binding::service_name(owner)})) {}

awaitable<void> Producer::close() { return pool_->close(); }

// The world.

World::World(runtime::Runtime& its_runtime, const RidesConfig& config)
    : passenger(its_runtime.new_id<domain::UserId>()),
      driver(its_runtime.new_id<domain::UserId>()),
      stranger(its_runtime.new_id<domain::UserId>()),
      runtime_(its_runtime),
      link_(bus_link()),
      bus_(link_->attach(runtime_)),
      pool_(postgres::make_pool(runtime_, migrated("rides", migrations()))),
      redis_(platform::redis::make_client(runtime_, tests::support::redis_config())),
      map_(*bus_),
      match_(runtime_, *bus_, contracts::Owner::match),
      location_(runtime_, *bus_, contracts::Owner::location),
      users_(runtime_, *bus_, contracts::Owner::users),
      service_(make_service({runtime_, *pool_, *redis_, *bus_}, config)) {
  map_.put(driver, pickup);
}

World::~World() = default;

awaitable<void> World::stop() {
  co_await service_->stop(1s);
  map_.close();
  co_await runtime_.tasks().join();
  service_.reset();
  co_await match_.close();
  co_await location_.close();
  co_await users_.close();
  co_await redis_->close();
  co_await pool_->close();
}

contracts::MatchAccepted World::accepted(domain::RideId ride) {
  return {.request_id = ride,
          .match_id = new_id<domain::MatchId>(),
          .passenger_id = passenger,
          .driver = {.driver_id = driver,
                     .name = "Budi",
                     .vehicle_type = domain::VehicleType::motorcycle,
                     .vehicle = "Honda Vario, black",
                     .plate = "B 1234 XYZ"},
          .pickup = contracts::place_at(pickup, "Monas, west gate"),
          .destination = contracts::place_at(destination),
          .accepted_at = runtime_.now()};
}

awaitable<void> World::announce(const contracts::MatchAccepted& accepted) {
  return match_.announce(events::match_accepted, accepted.request_id, accepted);
}

awaitable<void> World::announce(const contracts::UserDeleted& deleted) {
  return users_.announce(events::user_deleted, deleted.user_id, deleted);
}

awaitable<void> World::announce_metered(domain::RideId ride, double metres) {
  return location_.announce(
      events::trip_metered, ride,
      contracts::TripMetered{
          .ride_id = ride, .metres = metres, .metered_through = end_sequence, .complete = true});
}

awaitable<domain::RideId> World::matched() {
  const auto ride = new_id<domain::RideId>();
  co_await announce(accepted(ride));
  co_await until("the ride begins", [&]() -> awaitable<bool> {
    co_return (co_await call(operations::get_ride, passenger, {ride})).has_value();
  });
  co_return ride;
}

awaitable<domain::RideId> World::arrived() {
  const auto ride = co_await matched();
  expected(co_await call(operations::arrive, driver, {ride}));
  co_return ride;
}

awaitable<domain::RideId> World::in_progress() {
  const auto ride = co_await arrived();
  expected(co_await call(operations::start_ride, driver,
                         {.ride_id = ride, .pin = co_await pin(ride), .sequence = start_sequence}));
  co_return ride;
}

awaitable<domain::RideId> World::completed(std::optional<double> adjustment) {
  const auto ride = co_await in_progress();
  expected(co_await call(operations::complete_ride, driver,
                         {.ride_id = ride, .sequence = end_sequence, .adjustment = adjustment}));
  co_return ride;
}

awaitable<domain::RideId> World::final(double metres, std::optional<double> adjustment) {
  const auto ride = co_await completed(adjustment);
  co_await announce_metered(ride, metres);
  co_await is_final(ride);
  co_return ride;
}

awaitable<std::string> World::pin(domain::RideId ride) {
  co_return (co_await view(ride)).pin.value();
}

awaitable<contracts::RideView> World::view(domain::RideId ride) {
  co_return expected(co_await call(operations::get_ride, passenger, {ride}));
}

awaitable<void> World::is_final(domain::RideId ride) {
  co_await until("the fare is final",
                 [&]() -> awaitable<bool> { co_return (co_await view(ride)).fare.has_value(); });
}

awaitable<binding::Answer> World::send(const contracts::OperationRow& operation, domain::UserId by,
                                       std::string body, std::string key) {
  return binding::forward(
      *bus_, operation,
      {.caller = {.user = by}, .body = std::move(body), .idempotency_key = std::move(key)},
      call_limit);
}

awaitable<std::vector<contracts::RideChanged>> World::announced(
    const contracts::EventKind<contracts::RideChanged>& kind) {
  const postgres::Query payloads{"test_payloads",
                                 "SELECT payload FROM outbox WHERE type = $1 ORDER BY id"};
  std::vector<contracts::RideChanged> changes;
  for (const auto row : co_await pool_->run(payloads, kind.type)) {
    const auto payload = row.get<std::string>("payload");
    changes.push_back(base::json::from_text<contracts::RideChanged>(payload).value());
  }
  co_return changes;
}

awaitable<std::int64_t> World::balance() {
  const auto told =
      expected(co_await call(operations::get_balance, driver, contracts::NoArguments{}));
  co_return told.balance.amount;
}

awaitable<BooksReport> World::prove_books() {
  auto report = co_await check_books(*pool_);
  EXPECT_THAT(report.faults, testing::IsEmpty());
  co_return report;
}

awaitable<std::int64_t> World::count(std::string from) {
  const auto statement = "SELECT count(*) AS number FROM " + from;
  const auto rows = co_await pool_->run(postgres::Query{statement, statement});
  co_return rows.front().get<std::int64_t>("number");
}

awaitable<void> World::run(std::string statement) {
  co_await pool_->run(postgres::Query{statement, statement});
}

awaitable<void> World::until(std::string what, std::function<awaitable<bool>()> holds) {
  return tests::support::eventually(std::move(what), patience, std::move(holds), look_again_after);
}

awaitable<void> forget_earlier_tests(runtime::Runtime& runtime) {
  const auto connection_link = bus_link();
  co_await forget_streams(*connection_link->attach(runtime), {"match", "location", "rides"});
}

void tell(const Story& story, const RidesConfig& config) {
  tests::support::run(
      [&](runtime::Runtime& test_runtime) -> awaitable<void> {
        co_await forget_earlier_tests(test_runtime);
        World world{test_runtime, config};
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

}  // namespace services::rides
