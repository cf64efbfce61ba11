// The power is cut while people ride: once, and again. PostgreSQL, Redis and NATS keep their data
// on one disk, from which at some moment everything is gone that was not written to it: see
// tests/support/disk.hpp. All processes die with it, services too. Then the servers start from what
// is left, and before any service or phone can make good what is missing, all that phones had been
// told is looked for. NEBENGJEK_POWER_CUTS and NEBENGJEK_POWER_SEED make it longer, or different.

#include <cstdlib>
#include <iostream>

#include <boost/json/parse.hpp>

#include "platform/runtime/deadline.hpp"
#include "sim/dice.hpp"
#include "tests/judge/judged_city.hpp"
#include "tests/support/bus_fixture.hpp"
#include "tests/support/disk.hpp"
#include "tests/system/system_test.hpp"

namespace tests::power {
namespace {

using namespace std::chrono_literals;
using judge::JudgedCity;
using platform::awaitable;
using platform::runtime::Runtime;
using platform::stack::Server;
using std::chrono::milliseconds;
using system::Shape;

constexpr std::uintmax_t disk_bytes = 4ULL << 30;  // Sparse.
constexpr milliseconds load_min = 2s;              // Between a recovery and the next cut.
constexpr milliseconds load_max = 7s;
constexpr auto recovery_limit = 60s;
constexpr auto finish_limit = 60s;
constexpr auto cut_limit = 3min;  // With all that comes of it.
constexpr auto positions_lost_max = 2s;
constexpr auto poll_pause = 20ms;

constexpr Server servers[] = {Server::postgres, Server::redis, Server::nats};

int number_from(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value ? std::atoi(value) : otherwise;
}

/// Which events NATS has, by its own account.
class Streams {
 public:
  explicit Streams(platform::runtime::Runtime& runtime)
      : link_(platform::bus::make_link(support::bus_config())),
        connection_(link_->attach(runtime)) {}

  /// How many events were ever stored in all streams that are there.
  awaitable<std::int64_t> count() {
    while (!connection_->connected()) co_await platform::runtime::sleep_for(poll_pause);
    std::int64_t sum = 0;
    for (const std::string service : {"users", "location", "match", "rides"}) {
      const auto answer =
          co_await connection_->request("$JS.API.STREAM.INFO.EVENTS_" + service, "", {}, 2s);
      const auto info = boost::json::parse(answer.data).as_object();
      if (!info.contains("state")) continue;  // There is no such stream.
      sum += info.at("state").at("last_seq").to_number<std::int64_t>();
    }
    co_return sum;
  }

 private:
  std::unique_ptr<platform::bus::Link> link_;
  std::unique_ptr<platform::bus::Connection> connection_;
};

/// When the last position came in that is still there.
awaitable<base::Instant> newest_position(platform::postgres::Pool& pool) {
  constexpr platform::postgres::Query query{
      "test.newest_position", "select max(received_at) as newest from location.locations"};
  const auto rows = co_await pool.run(query);
  co_return rows.front().get<base::Instant>("newest");
}

/// One cut, and what was left: a line for people.
struct Aftermath {
  std::int64_t acknowledged = 0;
  std::int64_t events_lost_by_nats = 0;
  milliseconds positions_lost{0};
};
std::ostream& operator<<(std::ostream& out, const Aftermath& each) {
  return out << each.acknowledged << " effects were acknowledged so far; NATS lost "
             << each.events_lost_by_nats << " events; positions of the last "
             << each.positions_lost.count() << " ms are gone";
}

class Power : public system::SystemTest {
 protected:
  Power() : SystemTest(Shape::process_per_role) {}

  static void SetUpTestSuite() {
    missing_ = support::why_no_disks();
    if (missing_) return;
    support::make_stacks_durable();
    support::shared_stack();
    try {
      disk_ = support::make_power_disk(disk_bytes);
    } catch (const platform::stack::CannotStart& error) {
      missing_ = std::string{"there are no loop devices here: "} + error.what();
      return;
    }
    for (const auto server : servers) support::keep_on(*disk_, server);
  }

  void SetUp() override {
    if (missing_) GTEST_SKIP() << *missing_;
  }

  awaitable<void> live_through(JudgedCity& city, int cuts, sim::Dice dice) {
    Streams streams{city.runtime()};
    co_await city.open();
    co_await city.until_paid(1, recovery_limit);
    for (int i = 1; i <= cuts; ++i) {
      co_await platform::runtime::sleep_for(dice.between(load_min, load_max));
      const auto aftermath = co_await suffer_a_cut(city, streams);
      EXPECT_LE(aftermath.positions_lost, positions_lost_max);
      std::cout << "cut " << i << ": " << aftermath << std::endl;
      co_await city.meanwhile([this] { backend.start(); });
      co_await city.until_paid(1, recovery_limit);
    }
    co_await city.close();
    co_await city.expect_all_done(finish_limit);
    co_await city.expect_nothing_lost();
    city.expect_kept_promises();
  }

 private:
  /// What was left, as long as nobody serves.
  awaitable<Aftermath> suffer_a_cut(JudgedCity& city, Streams& streams) {
    const auto events = co_await streams.count();
    const auto cut_at = city.runtime().now();
    co_await city.meanwhile([this] { cut(); });
    co_await city.meanwhile(&start_servers);
    const auto found = co_await city.expect_nothing_lost();
    const auto gone = cut_at - co_await newest_position(city.database());
    co_return Aftermath{.acknowledged = found.acknowledged,
                        .events_lost_by_nats = events - co_await streams.count(),
                        .positions_lost = std::chrono::duration_cast<milliseconds>(gone)};
  }

  /// The disk first: whatever answers after that can't have written anything.
  void cut() {
    disk_->cut();
    backend.kill();
    for (const auto server : servers) support::shared_stack().kill(server);
  }

  static void start_servers() {
    disk_->restore();
    for (const auto server : servers) support::shared_stack().start(server);
  }

  inline static std::optional<std::string> missing_;
  inline static std::unique_ptr<support::PowerDisk> disk_;
};

TEST_F(Power, ACutLosesNothingThatWasAcknowledged) {
  const auto cuts = number_from("NEBENGJEK_POWER_CUTS", 5);
  const auto seed = static_cast<std::uint64_t>(number_from("NEBENGJEK_POWER_SEED", 6));
  support::run(
      [&](Runtime& runtime) {
        return judge::in_judged_city(
            runtime, judge::lively_city(backend, seed),
            [&](JudgedCity& city) { return live_through(city, cuts, sim::Dice{seed, 1}); });
      },
      (cuts + 2) * cut_limit);
}

}  // namespace
}  // namespace tests::power
