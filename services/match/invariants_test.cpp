/// Many passengers and drivers who do anything at any time, with two instances of match: what the
/// README says always holds, does.

#include <random>
#include <set>

#include <gtest/gtest.h>

#include "platform/runtime/deadline.hpp"
#include "services/match/world_test.hpp"

namespace services::match {
namespace {

using namespace std::chrono_literals;
namespace events = contracts::events;
namespace operations = contracts::operations;

constexpr int passengers = 6;
constexpr int drivers = 6;
constexpr int turns = 40;
constexpr unsigned seed = 20260301;

/// What no row may be, whatever has happened: each names the rows of a lie.
constexpr const char* lies[] = {
    "driver_slots d where held_as = 'matched' and not exists (select from match_requests r "
    "where r.request_id = d.held_by and r.state = 'matched' and r.driver_id = d.driver_id)",
    "match_requests r where state = 'matched' and not exists (select from driver_slots d "
    "where d.driver_id = r.driver_id and d.held_by = r.request_id and d.held_as = 'matched')",
    "driver_slots d where held_as = 'proposed' and not exists (select from matches m "
    "where m.driver_id = d.driver_id and m.request_id = d.held_by and m.state = 'proposed')",
    "matches m where state = 'proposed' and not exists (select from driver_slots d "
    "where d.driver_id = m.driver_id and d.held_by = m.request_id and d.held_as = 'proposed')",
    "matches m where state = 'proposed' and not exists (select from match_requests r "
    "where r.request_id = m.request_id and r.state = 'waiting')",
    "driver_slots d where held_as = 'passenger' and not exists (select from match_requests r "
    "where r.request_id = d.held_by and r.passenger_id = d.driver_id "
    "and r.state in ('waiting', 'matched'))",
    "match_requests r join matches m using (request_id) where m.driver_id = r.passenger_id",
    "(select from matches group by request_id, searching_since, driver_id having count(*) > 1) t",
};

class Crowd {
 public:
  explicit Crowd(World& world) : world_(world) {}

  awaitable<void> live_as_passenger(domain::UserId self) {
    std::optional<domain::RequestId> request;
    for (int turn = 0; turn < turns; ++turn) {
      co_await pause();
      if (request && one_in(3)) {
        note(co_await world_.call(operations::cancel_request, self, {*request}));
      } else {
        const auto made = co_await world_.call(operations::create_request, self, wish);
        if (made) request = made->request_id;
        note(made);
      }
    }
  }

  awaitable<void> live_as_driver(domain::DriverId self) {
    for (int turn = 0; turn < turns; ++turn) {
      co_await pause();
      if (one_in(8)) co_await blink(self);
      if (one_in(10)) note(co_await world_.call(operations::create_request, self, wish));
      const auto match = co_await world_.open_proposal(self);
      if (!match) continue;
      if (one_in(3)) {
        note(co_await world_.call(operations::decline_proposal, self, {*match}));
      } else {
        const auto accepted = co_await world_.call(operations::accept_proposal, self, {*match});
        note(accepted);
        if (accepted) co_await ride(self, accepted->request_id);
      }
    }
  }

  const std::set<std::string>& refusals() const { return refusals_; }

 private:
  static constexpr contracts::Place at(domain::geo::Point point) {
    return {.latitude = point.latitude, .longitude = point.longitude, .label = {}};
  }
  const contracts::CreateRequest wish{.pickup = at(pickup), .destination = at(destination)};

  bool one_in(int chances) { return std::uniform_int_distribution{1, chances}(random_) == 1; }
  awaitable<void> pause() {
    return platform::runtime::sleep_for(1ms * std::uniform_int_distribution{0, 50}(random_));
  }

  awaitable<void> blink(domain::DriverId self) {
    note(co_await world_.call(operations::set_beacon, self, {.on = false}));
    note(co_await world_.call(operations::set_beacon, self, {.on = true}));
  }

  awaitable<void> ride(domain::DriverId self, domain::RequestId request) {
    using domain::ride::CancelledBy;
    if (one_in(2)) {
      co_await world_.rides().announce(events::ride_completed, request, ended_ride(request, self));
    } else {
      const auto by = one_in(2) ? CancelledBy::driver : CancelledBy::passenger;
      co_await world_.rides().announce(events::ride_cancelled, request,
                                       ended_ride(request, self, by));
    }
  }

  void note(const auto& answer) {
    if (!answer) refusals_.insert(answer.error());
  }

  World& world_;
  std::mt19937 random_{seed};
  std::set<std::string> refusals_;
};

MatchConfig hasty_config() {
  auto config = broadcast_config(3);
  config.proposal_lifetime_ms = 300ms;
  config.patience_ms = 800ms;
  return config;
}

TEST(MatchInvariants, HoldWhateverPeopleDo) {
  tell(
      [](World& world) -> awaitable<void> {
        world.start();
        Crowd crowd{world};
        std::vector<domain::DriverId> who;
        for (int i = 0; i < drivers; ++i) who.push_back(co_await world.add_driver(north(100 * i)));
        co_await world.at_once(passengers + drivers, [&](int i) -> awaitable<void> {
          if (i < drivers) return crowd.live_as_driver(who[static_cast<std::size_t>(i)]);
          return crowd.live_as_passenger(world.new_id<domain::UserId>());
        });
        for (const auto* lie : lies) EXPECT_EQ(co_await world.count(lie), 0) << lie;
        EXPECT_GT(co_await world.count("matches where state = 'accepted'"), 0);
        EXPECT_FALSE(crowd.refusals().contains("internal"));
        EXPECT_FALSE(crowd.refusals().contains("conflict"));
      },
      hasty_config());
}

}  // namespace
}  // namespace services::match
