// What operators see and do, the stars of both sides, and what the service does by itself about
// silent drivers: over NATS, on real servers.

#include <gmock/gmock.h>

#include "services/binding/wire.hpp"
#include "services/rides/world_test.hpp"

namespace services::rides {
namespace {

using namespace std::chrono_literals;
namespace events = contracts::events;
namespace operations = contracts::operations;
using domain::VehicleType;
using domain::ride::CancelledBy;
using domain::ride::RideState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto* operators_key = "night shift";

template <class Request, class Answer>
awaitable<Told<Answer>> call_as_staff(World& world,
                                      const contracts::Operation<Request, Answer>& operation,
                                      Request request) {
  const auto answer = co_await binding::forward(world.bus(), operation,
                                                {.caller = {.staff = operators_key},
                                                 .body = base::json::to_text(request),
                                                 .idempotency_key = {}},
                                                5s);
  if (!answer.ok()) {
    co_return std::unexpected{base::json::from_text<contracts::Problem>(answer.body)->code};
  }
  co_return base::json::from_text<Answer>(answer.body).value();
}

/// A meter that location has read so far.
std::unique_ptr<platform::bus::Subscription> serve_meter(World& world, contracts::TripMeter meter) {
  return world.bus().subscribe(
      std::string{operations::read_meter.subject}, "location",
      [&world, meter](const platform::bus::Message& message) {
        world.bus().publish(message.reply_to,
                            base::json::to_text(contracts::TripMeters{.meters = {meter}}),
                            binding::headers_of(binding::Answer{.status = 200, .body = {}}));
      });
}

std::vector<domain::RideId> ids_of(const contracts::RidePage& page) {
  std::vector<domain::RideId> ids;
  for (const auto& ride : page.rides) ids.push_back(ride.ride_id);
  return ids;
}

std::vector<std::string> whats(const contracts::RideStory& story) {
  std::vector<std::string> whats;
  for (const auto& entry : story.timeline) whats.push_back(entry.what + " by " + entry.by);
  return whats;
}

awaitable<void> is_in(World& world, domain::RideId ride, RideState state) {
  co_await world.until("the ride is in the state", [&]() -> awaitable<bool> {
    co_return (co_await world.view(ride)).state == state;
  });
}

RidesConfig impatient() {
  RidesConfig config;
  config.silent_after_ms = 300ms;
  config.silent_cancel_after_ms = 900ms;
  config.silent_complete_after_ms = 900ms;
  config.silent_check_ms = 100ms;
  return config;
}

TEST(Stars, AreGivenOnceByEachSide) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.final(1'000);
    const contracts::RateRide good{.ride_id = ride, .stars = 5, .comment = "calm"};
    const auto given = co_await world.call(operations::rate_ride, world.passenger, good);
    EXPECT_EQ(code_of(given), "ok");
    EXPECT_EQ(given->by, domain::ride::Side::passenger);
    const auto again = co_await world.call(operations::rate_ride, world.passenger, good);
    EXPECT_EQ(again->rated_at, given->rated_at);
    EXPECT_EQ(code_of(co_await world.call(operations::rate_ride, world.passenger,
                                          {.ride_id = ride, .stars = 1})),
              "already_rated");
    EXPECT_EQ(code_of(co_await world.call(operations::rate_ride, world.driver,
                                          {.ride_id = ride, .stars = 4})),
              "ok");
    EXPECT_EQ(code_of(co_await world.call(operations::rate_ride, world.stranger,
                                          {.ride_id = ride, .stars = 1})),
              "not_found");
    EXPECT_EQ((co_await world.call(operations::get_rating, world.passenger, {ride}))->comment,
              "calm");
    EXPECT_EQ(co_await world.count("outbox WHERE type = 'ride.rated'"), 2);
  });
}

TEST(Stars, AreForTripsThatHaveEnded) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.in_progress();
    EXPECT_EQ(code_of(co_await world.call(operations::rate_ride, world.passenger,
                                          {.ride_id = ride, .stars = 5})),
              "illegal_transition");
    EXPECT_EQ(code_of(co_await world.call(operations::get_rating, world.passenger, {ride})),
              "not_found");
  });
}

TEST(History, IsReadPageByPage) {
  tell([](World& world) -> awaitable<void> {
    std::vector<domain::RideId> newest_first;
    for (int i = 0; i < 5; ++i) {
      newest_first.insert(newest_first.begin(), co_await world.final(1'000));
    }
    std::vector<domain::RideId> read;
    contracts::ListRides question{.limit = 2};
    for (int page = 0; page < 3; ++page) {
      const auto told = co_await world.call(operations::list_rides, world.passenger, question);
      for (const auto id : ids_of(*told)) read.push_back(id);
      EXPECT_EQ(told->next_cursor.has_value(), page < 2);
      question.cursor = told->next_cursor;
    }
    EXPECT_EQ(read, newest_first);
  });
}

TEST(History, IsTheCallersOwnByWhatIsAsked) {
  tell([](World& world) -> awaitable<void> {
    const auto paid = co_await world.final(1'000);
    co_await world.call(operations::confirm_cash, world.driver, {paid});
    const auto between = (co_await world.view(paid)).ended_at.value();
    const auto matched = co_await world.matched();
    const auto list = [&](domain::UserId by,
                          contracts::ListRides question) -> awaitable<std::vector<domain::RideId>> {
      co_return ids_of(*co_await world.call(operations::list_rides, by, question));
    };
    using domain::ride::Side;
    EXPECT_THAT(co_await list(world.passenger, {}), ElementsAre(matched, paid));
    EXPECT_THAT(co_await list(world.driver, {}), IsEmpty());
    EXPECT_THAT(co_await list(world.driver, {.side = Side::driver}), ElementsAre(matched, paid));
    EXPECT_THAT(co_await list(world.stranger, {}), IsEmpty());
    EXPECT_THAT(co_await list(world.passenger, {.state = RideState::paid}), ElementsAre(paid));
    EXPECT_THAT(co_await list(world.passenger, {.from = between}), ElementsAre(matched));
    EXPECT_THAT(co_await list(world.passenger, {.until = between}), ElementsAre(paid));
    const auto shown =
        co_await world.call(operations::list_rides, world.driver, {.side = Side::driver});
    EXPECT_FALSE(shown->rides.front().pin.has_value());
  });
}

TEST(Operators, SeeAllOfARide) {
  tell([](World& world) -> awaitable<void> {
    const auto meter = serve_meter(world, {.metres = 4'000, .metered_through = 200});
    const auto ride = co_await world.final(4'000);
    co_await world.call(operations::confirm_cash, world.driver, {ride});
    const auto story =
        (co_await call_as_staff(world, operations::get_ride_story, contracts::RideRef{ride}))
            .value();
    const auto driver = "driver:" + world.driver.text();
    EXPECT_THAT(whats(story),
                ElementsAre("ride.matched by " + driver, "ride.driver_arrived by " + driver,
                            "ride.started by " + driver, "ride.completed by " + driver,
                            "ride.fare_final by system", "ride.paid by system"));
    EXPECT_EQ(story.ride->ride.state, RideState::paid);
    EXPECT_EQ(story.meter->metres, 4'000);
    EXPECT_THAT(story.ledger, SizeIs(3));
    EXPECT_THAT(story.fare, SizeIs(1));
    EXPECT_THAT(story.missing, ElementsAre("match"));
    const auto unknown = co_await call_as_staff(world, operations::get_ride_story,
                                                contracts::RideRef{world.new_id<domain::RideId>()});
    EXPECT_EQ(code_of(unknown), "not_found");
  });
}

TEST(Operators, FindRidesWithoutTheirPins) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.matched();
    const auto found = [&](contracts::SearchRides question) -> awaitable<std::size_t> {
      const auto page = (co_await call_as_staff(world, operations::search_rides, question)).value();
      for (const auto& each : page.rides) EXPECT_FALSE(each.ride.pin.has_value());
      co_return page.rides.size();
    };
    EXPECT_EQ(co_await found({}), 1U);
    EXPECT_EQ(co_await found({.ride_id = ride}), 1U);
    EXPECT_EQ(co_await found({.passenger_id = world.passenger}), 1U);
    EXPECT_EQ(co_await found({.driver_id = world.driver, .state = RideState::matched}), 1U);
    EXPECT_EQ(co_await found({.state = RideState::paid}), 0U);
    EXPECT_EQ(co_await found({.driver_id = world.passenger}), 0U);
    EXPECT_EQ(co_await found({.needs_attention = true}), 0U);
    EXPECT_EQ(co_await found({.ride_id = world.new_id<domain::RideId>()}), 0U);
  });
}

TEST(Operators, CancelOnBehalfAndTheStorySaysWho) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.arrived();
    const contracts::CancelRideFor cancel{.ride_id = ride, .reason = "flooded street"};
    const auto cancelled = co_await call_as_staff(world, operations::cancel_ride_for, cancel);
    EXPECT_EQ(cancelled->ride.cancellation->by, CancelledBy::system);
    EXPECT_EQ(cancelled->ride.cancellation->fee.amount, 0);
    EXPECT_EQ(co_await world.count("ride_steps WHERE what = 'ride.cancelled' AND by = 'staff:night "
                                   "shift' AND note = 'flooded street'"),
              1);
    EXPECT_THAT(co_await world.announced(events::ride_cancelled), SizeIs(1));
    EXPECT_EQ(code_of(co_await call_as_staff(world, operations::cancel_ride_for, cancel)),
              "illegal_transition");
  });
}

TEST(Operators, EndATripWhereItsMeterStands) {
  tell([](World& world) -> awaitable<void> {
    const auto ride = co_await world.in_progress();
    const contracts::CompleteRideFor complete{.ride_id = ride, .reason = "phone broke"};
    EXPECT_EQ(code_of(co_await call_as_staff(world, operations::complete_ride_for, complete)),
              "unavailable");
    const auto meter = serve_meter(world, {.metres = 2'000, .metered_through = 150});
    const auto told = co_await call_as_staff(world, operations::complete_ride_for, complete);
    EXPECT_EQ(told->ride.state, RideState::completed);
    EXPECT_EQ((co_await world.announced(events::ride_completed)).at(0).end_sequence, 150);

    const auto set = co_await call_as_staff(
        world, operations::set_ride_metres,
        contracts::SetRideMetres{.ride_id = ride, .metres = 2'000, .reason = "as both say"});
    EXPECT_EQ(set->ride.fare->amount, 6'000);
    co_await world.prove_books();
  });
}

TEST(SilentDriver, IsAnOperatorsBusinessAndThenCancelled) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto ride = co_await world.matched();
        world.map().lose(world.driver);
        co_await world.until("an operator is called", [&]() -> awaitable<bool> {
          const auto page = co_await call_as_staff(world, operations::search_rides,
                                                   contracts::SearchRides{.needs_attention = true});
          co_return page.has_value() && page->rides.size() == 1;
        });
        co_await is_in(world, ride, RideState::cancelled);
        const auto view = co_await world.view(ride);
        EXPECT_EQ(view.cancellation->by, CancelledBy::system);
        EXPECT_EQ(view.cancellation->reason, "driver_silent");
        EXPECT_EQ(view.cancellation->fee.amount, 0);
        EXPECT_EQ(co_await world.count("outbox WHERE type = 'ride.needs_attention'"), 1);
      },
      impatient());
}

TEST(SilentDriver, WhoIsHeardAgainGoesOn) {
  auto config = impatient();
  config.silent_cancel_after_ms = 1h;
  tell(
      [](World& world) -> awaitable<void> {
        co_await world.matched();
        world.map().lose(world.driver);
        co_await world.until("an operator is called", [&]() -> awaitable<bool> {
          co_return co_await world.count("rides WHERE attention_reason = 'driver_silent'") == 1;
        });
        world.map().put(world.driver, pickup);
        co_await world.until("nobody needs to look", [&]() -> awaitable<bool> {
          co_return co_await world.count("rides WHERE attention_since IS NULL") == 1;
        });
      },
      config);
}

TEST(SilentDriver, EndsTheTripWhereItsMeterStands) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto ride = co_await world.in_progress();
        const auto meter = serve_meter(world, {.metres = 2'000, .metered_through = 150});
        world.map().lose(world.driver);
        co_await is_in(world, ride, RideState::completed);
        EXPECT_EQ((co_await world.announced(events::ride_completed)).at(0).end_sequence, 150);
        co_await world.announce_metered(ride, 2'000);
        co_await world.is_final(ride);
      },
      impatient());
}

TEST(SilentDriver, NobodyIsWhileTheMapIsAway) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto silent = co_await world.matched();
        world.map().close();
        const auto since = (co_await world.view(silent)).matched_at;
        co_await world.until("time enough has passed", [&]() -> awaitable<bool> {
          co_return co_await world.count("leases WHERE name = 'rides.silence_watch' AND now() - '" +
                                         base::to_rfc3339(since) +
                                         "'::timestamptz > interval '1500 milliseconds'") == 1;
        });
        EXPECT_EQ((co_await world.view(silent)).state, RideState::matched);
        EXPECT_EQ(co_await world.count("rides WHERE attention_since IS NULL"), 1);
      },
      impatient());
}

TEST(UnmeteredRide, IsAnOperatorsBusiness) {
  auto config = impatient();
  config.unmetered_after_ms = 100ms;
  tell(
      [](World& world) -> awaitable<void> {
        co_await world.completed();
        co_await world.until("an operator is called", [&]() -> awaitable<bool> {
          co_return co_await world.count("rides WHERE attention_reason = 'fare_not_final'") == 1;
        });
      },
      config);
}

contracts::CreateTariffArea around_pickup() {
  return {.name = "Old town",
          .priority = 1,
          .points = {{pickup.latitude - 0.01, pickup.longitude - 0.01},
                     {pickup.latitude - 0.01, pickup.longitude + 0.01},
                     {pickup.latitude + 0.01, pickup.longitude + 0.01},
                     {pickup.latitude + 0.01, pickup.longitude - 0.01}}};
}

contracts::CreateTariff prices(domain::TariffAreaId area, std::int64_t per_km) {
  return {.area_id = area,
          .vehicle_type = VehicleType::motorcycle,
          .base = {0},
          .per_km = {per_km},
          .per_minute = {0},
          .minimum = {1'000}};
}

awaitable<std::vector<VehicleType>> offered(World& world) {
  const auto estimate = co_await world.call(
      operations::estimate_fare, world.passenger,
      {.pickup = contracts::place_at(pickup), .destination = contracts::place_at(destination)});
  std::vector<VehicleType> types;
  for (const auto& option : estimate->options) types.push_back(option.vehicle_type);
  co_return types;
}

TEST(Tariffs, OfAnAreaCountForPickupsInIt) {
  tell([](World& world) -> awaitable<void> {
    EXPECT_THAT(co_await offered(world), SizeIs(3));
    const auto area =
        (co_await call_as_staff(world, operations::create_tariff_area, around_pickup())).value();
    EXPECT_EQ(area.created_by, operators_key);
    EXPECT_THAT(co_await offered(world), IsEmpty());
    const auto tariff =
        (co_await call_as_staff(world, operations::create_tariff, prices(area.area_id, 7'000)))
            .value();
    EXPECT_THAT(co_await offered(world), ElementsAre(VehicleType::motorcycle));

    const auto ride = co_await world.in_progress();
    EXPECT_EQ(co_await world.count("rides WHERE tariff_per_km = 7000"), 1);
    co_await call_as_staff(world, operations::create_tariff, prices(area.area_id, 9'000));
    co_await call_as_staff(world, operations::retire_tariff,
                           contracts::TariffRef{tariff.tariff_id});
    co_await world.call(operations::complete_ride, world.driver,
                        {.ride_id = ride, .sequence = 200});
    co_await world.announce_metered(ride, 1'000);
    co_await world.is_final(ride);
    EXPECT_EQ((co_await world.view(ride)).fare->amount, 7'000);  // As booked.

    co_await call_as_staff(world, operations::retire_tariff_area,
                           contracts::TariffAreaRef{area.area_id});
    EXPECT_THAT(co_await offered(world), SizeIs(3));
  });
}

TEST(Tariffs, AreKeptWhenTheyAreReplacedOrRetired) {
  tell([](World& world) -> awaitable<void> {
    const auto area =
        (co_await call_as_staff(world, operations::create_tariff_area, around_pickup()))->area_id;
    const auto first = *co_await call_as_staff(world, operations::create_tariff, prices(area, 1));
    co_await call_as_staff(world, operations::create_tariff, prices(area, 2));
    const auto retired = *co_await call_as_staff(world, operations::retire_tariff,
                                                 contracts::TariffRef{first.tariff_id});
    const auto again = *co_await call_as_staff(world, operations::retire_tariff,
                                               contracts::TariffRef{first.tariff_id});
    EXPECT_EQ(retired.retired_by, operators_key);
    EXPECT_EQ(again.retired_at, retired.retired_at);
    const auto list = [&](contracts::ListTariffs question) -> awaitable<std::size_t> {
      co_return (co_await call_as_staff(world, operations::list_tariffs, question))->tariffs.size();
    };
    EXPECT_EQ(co_await list({.area_id = area}), 1U);
    EXPECT_EQ(co_await list({.area_id = area, .retired = true}), 2U);
    EXPECT_EQ(co_await list({.vehicle_type = VehicleType::car}), 0U);
    const auto page = co_await call_as_staff(world, operations::list_tariffs,
                                             contracts::ListTariffs{.retired = true, .limit = 1});
    EXPECT_TRUE(page->next_cursor.has_value());
  });
}

TEST(Tariffs, RefuseThePastAndOtherCurrencies) {
  tell([](World& world) -> awaitable<void> {
    auto late = around_pickup();
    late.valid_from = base::Instant{};
    EXPECT_EQ(code_of(co_await call_as_staff(world, operations::create_tariff_area, late)),
              "invalid_value");
    const auto area =
        (co_await call_as_staff(world, operations::create_tariff_area, around_pickup()))->area_id;
    auto foreign = prices(area, 1);
    foreign.per_km.currency = base::Currency::usd;
    EXPECT_EQ(code_of(co_await call_as_staff(world, operations::create_tariff, foreign)),
              "invalid_value");
    const auto nowhere = prices(world.new_id<domain::TariffAreaId>(), 1);
    EXPECT_EQ(code_of(co_await call_as_staff(world, operations::create_tariff, nowhere)),
              "not_found");
  });
}

TEST(Receipt, AddsUpLineByLine) {
  RidesConfig config;
  config.motorcycle.base = {700};
  config.motorcycle.minimum = {50'000};
  tell(
      [](World& world) -> awaitable<void> {
        const auto ride = co_await world.final(1'000, 0.9);
        const auto receipt =
            (co_await world.call(operations::get_receipt, world.passenger, {ride})).value();
        std::vector<std::string> kinds;
        base::Money sum{0};
        for (const auto& line : receipt.lines) {
          kinds.push_back(line.kind);
          sum = sum + line.amount;
        }
        EXPECT_THAT(kinds, ElementsAre("distance", "base", "minimum", "driver_adjustment"));
        EXPECT_EQ(sum, receipt.total);
        EXPECT_EQ(receipt.total.amount, 45'000);
      },
      config);
}

}  // namespace
}  // namespace services::rides
