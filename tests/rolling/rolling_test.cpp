// A deploy: each process in turn is told to stop, ends, and is started again, while people ride and
// others ask all the time. Behind a load balancer nobody notices, but for sockets that are told to
// come back.
//
// NEBENGJEK_ROLLING_ROUNDS says how often each of the eight processes is restarted; without it,
// six times.

#include <algorithm>
#include <cstdlib>
#include <future>
#include <iostream>

#include <gmock/gmock.h>

#include "platform/http/transport/url.hpp"
#include "platform/runtime/deadline.hpp"
#include "sim/load/load.hpp"
#include "sim/report.hpp"
#include "tests/support/stack_fixture.hpp"
#include "tests/system/system_test.hpp"

namespace tests::rolling {
namespace {

namespace operations = contracts::operations;
using namespace std::chrono_literals;
using platform::awaitable;
using platform::runtime::Runtime;
using platform::runtime::sleep_for;
using platform::ws::CloseCode;
using sim::load::Load;
using sim::load::Tally;
using system::City;
using system::Phone;
using system::Shape;
using testing::Gt;
using testing::IsEmpty;

constexpr int rounds_of_the_stage = 6;
constexpr auto restart_limit = 30s;  // Of one, at most; it takes two or three.
constexpr auto beside_restarts = 240s;
constexpr auto forever = 24h;
constexpr auto look_interval = 100ms;
constexpr auto tokens_last = 5min;

constexpr int readers = 20;
constexpr double reads_per_second = 100;
constexpr std::size_t connections = 40;

int rounds() {
  const char* chosen = std::getenv("NEBENGJEK_ROLLING_ROUNDS");
  return chosen == nullptr ? rounds_of_the_stage : std::max(1, std::atoi(chosen));
}

/// Of users, match, match by way of location, and rides.
const std::string questions[] = {std::string{operations::get_me.path},
                                 std::string{operations::list_requests.path},
                                 std::string{operations::find_nearby_drivers.path} +
                                     "?latitude=3.58&longitude=98.67&vehicle_type=motorcycle",
                                 std::string{operations::list_rides.path}};

/// Who asks one question after the other.
class Reader final : public sim::load::Caller {
 public:
  explicit Reader(const Phone& phone) : phone_(phone) {}

  std::string_view next() override {
    request_ = sim::load::bytes_of({.method = "GET",
                                    .target = questions[asked_++ % std::size(questions)],
                                    .token = phone_.tokens().access_token,
                                    .body = {},
                                    .idempotency_key = {}});
    return request_;
  }
  void take(const sim::load::Answer&) override {}

 private:
  const Phone& phone_;
  std::size_t asked_ = 0;
  std::string request_;
};

int port_of(const std::string& url) {
  return std::stoi(platform::http::transport::parse_url(url).port);
}

sim::CityPlan small_city(const system::Backend& backend) {
  sim::CityPlan plan{.edges = backend.edges(),
                     .drivers = 10,
                     .passengers = 10,
                     .duration = forever,
                     .drain_limit = 90s,
                     .seed = 13,
                     .middle = {.latitude = 3.58, .longitude = 98.67},
                     .radius_m = 250,
                     .trip_min_m = 150,
                     .behaviour = {}};
  plan.behaviour.loses_connection = 0;  // So that only the backend ends sockets.
  return plan;
}

/// Each process in turn. How many that were; throws when one does not end well.
int restart_all(system::Backend& backend) {
  int restarts = 0;
  for (int round = 0; round < rounds(); ++round) {
    for (const auto& name : backend.processes()) {
      backend.stop_process(name);
      backend.start();
      ++restarts;
    }
  }
  return restarts;
}

/// What people and readers met with.
struct Experience {
  int restarts = 0;
  sim::Report people;
  std::int64_t failed_tries = 0;
  std::map<std::uint16_t, std::int64_t> closed_with;
  Tally reads;
};

/// The readers of a test, with tokens that last.
class Readers {
 public:
  explicit Readers(Runtime& runtime) : tasks_(runtime.executor()) {}

  awaitable<void> log_in(City& city) {
    for (int i = 0; i < readers; ++i) {
      auto& phone = city.new_phone();
      co_await phone.log_in(city.new_msisdn());
      tasks_.spawn("refresh", [&phone] { return keep_refreshing(phone); });
      readers_.push_back(std::make_unique<Reader>(phone));
    }
  }
  std::vector<sim::load::Caller*> callers() const {
    std::vector<sim::load::Caller*> all;
    for (const auto& reader : readers_) all.push_back(reader.get());
    return all;
  }
  awaitable<void> leave() { co_await tasks_.join(); }

 private:
  static awaitable<void> keep_refreshing(Phone& phone) {
    for (;;) {
      co_await sleep_for(tokens_last);
      system::granted(co_await phone.refresh());
    }
  }

  platform::runtime::TaskGroup tasks_;
  std::vector<std::unique_ptr<Reader>> readers_;
};

/// Lives in the city and asks at its edge for as long as `work` takes on another thread.
awaitable<Experience> live_through(City& city, std::function<int()> work) {
  Experience experience;
  Readers people_who_read{city.runtime()};
  co_await people_who_read.log_in(city);
  Load load{city.runtime(), port_of(city.backend().edges().front()), people_who_read.callers(),
            connections};
  sim::City people{city.runtime(), small_city(city.backend())};
  platform::runtime::TaskGroup lives{city.runtime().executor()};
  lives.spawn("people", people.live());
  while (!people.has_settled()) co_await sleep_for(look_interval);
  lives.spawn("reads", [&]() -> awaitable<void> {
    co_await load.offer(experience.reads, reads_per_second, forever);
    people.close();
  });

  auto working = std::async(std::launch::async, std::move(work));
  while (working.wait_for(0s) != std::future_status::ready) co_await sleep_for(look_interval);
  load.stop();
  while (!people.has_ended()) co_await sleep_for(look_interval);
  co_await lives.join();
  co_await people_who_read.leave();
  experience.restarts = working.get();
  experience.people = sim::report_on(people);
  experience.failed_tries = people.traffic.failures();
  experience.closed_with = people.sights.closed_with;
  co_return experience;
}

class Rolling : public system::SystemTest {
 protected:
  Rolling() : SystemTest(Shape::balanced) {}
};

void print(const Experience& seen) {
  const auto& reads = seen.reads;
  std::cout << seen.restarts << " restarts in " << reads.seconds << " s; reads: " << reads.good
            << " good of " << reads.asked << ", refused " << reads.refused << ", shed "
            << reads.shed + reads.shed_for_ever << ", failed " << reads.failed << ", unanswered "
            << reads.unanswered << ", slowest " << reads.took.percentiles().max
            << " ms; sockets closed with";
  for (const auto& [code, count] : seen.closed_with) std::cout << ' ' << code << ": " << count;
  std::cout << '\n' << sim::page(seen.people);
}

TEST_F(Rolling, ADeployLosesNothing) {
  Experience seen;
  system::visit(
      backend,
      [&](City& city) -> awaitable<void> {
        seen = co_await live_through(city, [this] { return restart_all(backend); });
      },
      rounds() * static_cast<int>(backend.processes().size()) * restart_limit + beside_restarts);
  print(seen);

  EXPECT_EQ(seen.reads.good, seen.reads.asked);
  EXPECT_THAT(seen.reads.good, Gt(0));
  EXPECT_EQ(seen.failed_tries, 0);
  EXPECT_THAT(seen.people.violations, IsEmpty());
  EXPECT_THAT(seen.people.completed, Gt(0));
  EXPECT_THAT(seen.closed_with, Not(IsEmpty())) << "nobody was connected to what was restarted";
  for (const auto& [code, count] : seen.closed_with) {
    EXPECT_TRUE(code == static_cast<std::uint16_t>(CloseCode::going_away)) << code << ", " << count;
  }
}

}  // namespace
}  // namespace tests::rolling
