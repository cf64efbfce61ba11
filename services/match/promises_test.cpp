/// One winner, one driver, one request, one answer: however many ask at once.

#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>

#include "platform/runtime/deadline.hpp"
#include "services/match/world_test.hpp"

namespace services::match {
namespace {

using namespace std::chrono_literals;
namespace events = contracts::events;
namespace operations = contracts::operations;
using testing::SizeIs;

/// As a phone does: who is told to come again comes again, a little later.
awaitable<std::string> accept_patiently(World& world, domain::DriverId driver,
                                        domain::MatchId match) {
  for (;;) {
    const auto answer = co_await world.call(operations::accept_proposal, driver, {match});
    if (code_of(answer) != "unavailable") co_return code_of(answer);
    co_await platform::runtime::sleep_for(500ms);
  }
}

TEST(MatchPromises, LetsTheOthersGoWhenTheFirstAccepts) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto first = co_await world.add_driver(north(100));
        const auto second = co_await world.add_driver(north(200));
        const auto third = co_await world.add_driver(north(300));
        co_await world.request(world.new_id<domain::UserId>());
        const auto to_second = co_await world.asked(second);
        const auto to_third = co_await world.asked(third);
        co_await world.asked(first);
        EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, second, {to_second})),
                  "ok");
        EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, third, {to_third})),
                  "already_matched");
        EXPECT_EQ(co_await world.count("driver_slots where held_by is not null"), 1);
        EXPECT_EQ(co_await world.count("matches where state = 'withdrawn'"), 2);
        EXPECT_THAT(co_await world.announced(events::proposal_closed), SizeIs(3));
      },
      broadcast_config(3));
}

TEST(MatchPromises, HasOneWinnerAmongManyWhoAcceptAtOnce) {
  constexpr int drivers_count = 50;
  constexpr int tries_each = 20;
  tell(
      [](World& world) -> awaitable<void> {
        std::vector<domain::DriverId> drivers;
        for (int i = 0; i < drivers_count; ++i) {
          drivers.push_back(co_await world.add_driver(north(100 + i)));
        }
        co_await world.request(world.new_id<domain::UserId>());
        std::vector<domain::MatchId> matches;
        for (const auto& driver : drivers) matches.push_back(co_await world.asked(driver));
        std::multiset<std::string> outcomes;
        co_await world.at_once(drivers_count * tries_each, [&](int i) -> awaitable<void> {
          const auto mine = static_cast<std::size_t>(i % drivers_count);
          outcomes.insert(co_await accept_patiently(world, drivers[mine], matches[mine]));
        });
        EXPECT_EQ(outcomes.count("ok"), 1U);
        EXPECT_EQ(outcomes.count("ok") + outcomes.count("already_matched"), outcomes.size());
        EXPECT_EQ(co_await world.count("matches where state = 'accepted'"), 1);
        EXPECT_EQ(co_await world.count("driver_slots where held_by is not null"), 1);
        EXPECT_THAT(co_await world.announced(events::match_accepted), SizeIs(1));
      },
      broadcast_config(drivers_count));
}

/// How often an index had to refuse what the rules let through, on the servers of these tests.
awaitable<int> violations(World& world) {
  const auto folder = std::filesystem::path{co_await world.database_folder()};
  std::ifstream log{folder.parent_path() / "log" / "postgres.log"};
  if (!log) throw std::runtime_error{"the log of PostgreSQL can't be read"};
  int count = 0;
  for (std::string line; std::getline(log, line);) count += line.contains("duplicate key");
  co_return count;
}

TEST(MatchPromises, HasOneWinnerAmongAThousandDriversTimeAndAgain) {
  constexpr int drivers_count = 1'000;
  constexpr int times = 3;
  tell([](World& world) -> awaitable<void> {
    const auto refused_before = co_await violations(world);
    const auto passenger = world.new_id<domain::UserId>();
    for (int i = 1; i <= times; ++i) {
      const auto request = co_await world.request(passenger);
      const auto asked = co_await world.ask_many(request, drivers_count);
      std::multiset<std::string> outcomes;
      co_await world.at_once(drivers_count, [&](int mine) -> awaitable<void> {
        const auto& proposal = asked[static_cast<std::size_t>(mine)];
        outcomes.insert(co_await accept_patiently(world, proposal.driver_id, proposal.id));
      });
      EXPECT_EQ(outcomes.count("ok"), 1U);
      EXPECT_EQ(outcomes.count("already_matched"), drivers_count - 1U);
      EXPECT_EQ(co_await world.count("driver_slots where held_by is not null"), 1);
      EXPECT_THAT(co_await world.announced(events::match_accepted), SizeIs(i));
      const auto winner = (co_await world.announced(events::match_accepted)).back().driver;
      co_await world.rides().announce(events::ride_completed, request,
                                      ended_ride(request, winner.driver_id));
      co_await world.reaches(request, domain::match::RequestState::closed);
    }
    EXPECT_EQ(co_await violations(world), refused_before) << "the rules, not an index, decide";
  });
}

TEST(MatchPromises, PromisesADriverToOneOfManyPassengers) {
  tell(
      [](World& world) -> awaitable<void> {
        const auto driver = co_await world.add_driver(north(300));
        std::vector<domain::RequestId> requests;
        for (int i = 0; i < 10; ++i) {
          requests.push_back(co_await world.request(world.new_id<domain::UserId>()));
        }
        const auto match = co_await world.asked(driver);
        EXPECT_EQ(code_of(co_await world.call(operations::accept_proposal, driver, {match})), "ok");
        EXPECT_THAT(co_await world.announced(events::proposal_made), SizeIs(1));
        EXPECT_EQ(co_await world.count("match_requests where state = 'waiting'"), 9);
        EXPECT_EQ(co_await world.count("match_requests where state = 'matched'"), 1);
      },
      broadcast_config(5));
}

TEST(MatchPromises, OpensOneRequestForAPassengerWhoAsksManyTimes) {
  tell([](World& world) -> awaitable<void> {
    const auto passenger = world.new_id<domain::UserId>();
    const contracts::CreateRequest wish{.pickup = contracts::place_at(pickup),
                                        .destination = contracts::place_at(destination)};
    std::multiset<std::string> outcomes;
    co_await world.at_once(20, [&](int) -> awaitable<void> {
      outcomes.insert(code_of(co_await world.call(operations::create_request, passenger, wish)));
    });
    EXPECT_EQ(outcomes.count("ok"), 1U);
    EXPECT_EQ(outcomes.count("request_already_open"), 19U);
  });
}

TEST(MatchPromises, AnswersARepeatedKeyAlike) {
  tell([](World& world) -> awaitable<void> {
    const auto passenger = world.new_id<domain::UserId>();
    const auto body = base::json::to_text(contracts::CreateRequest{
        .pickup = contracts::place_at(pickup), .destination = contracts::place_at(destination)});
    const auto first = co_await world.send(operations::create_request, passenger, body, "key-1");
    const auto second = co_await world.send(operations::create_request, passenger, body, "key-1");
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(first.body, second.body);
    EXPECT_EQ(co_await world.count("match_requests"), 1);
  });
}

}  // namespace
}  // namespace services::match
