// Each service in turn is stopped for a while, as long as people ride: what is told it meanwhile is
// applied when it is back, once and in order, and soon. NEBENGJEK_OUTAGE_S makes it stay away
// longer.

#include <cstdlib>
#include <iostream>

#include "platform/runtime/deadline.hpp"
#include "sim/phone.hpp"
#include "tests/judge/judged_city.hpp"
#include "tests/support/stack_fixture.hpp"
#include "tests/system/system_test.hpp"

namespace tests::events {
namespace {

using namespace std::chrono_literals;
using judge::JudgedCity;
using platform::awaitable;
using platform::runtime::Runtime;
using platform::runtime::sleep_for;
using std::chrono::milliseconds;
using system::Shape;

constexpr std::uint64_t seed = 8;
constexpr auto paid_limit = 90s;
constexpr milliseconds backlog_limit = 60s;
constexpr auto something_happens_limit = 60s;
constexpr auto pause_between_looks = 20ms;
constexpr auto other_things_limit = 8min;

std::chrono::seconds outage() {
  const char* value = std::getenv("NEBENGJEK_OUTAGE_S");
  return std::chrono::seconds{value ? std::atoi(value) : 8};
}

/// Events that were told before a moment, and that a service has not applied.
constexpr platform::postgres::Query backlog{"events.backlog", R"(
  SELECT count(*) AS events
  FROM (
    SELECT 'users' AS producer, shard, position, at FROM users.outbox
    UNION ALL SELECT 'match', shard, position, at FROM match.outbox
    UNION ALL SELECT 'rides', shard, position, at FROM rides.outbox
    UNION ALL SELECT 'location', shard, position, at FROM location.outbox) AS told
  JOIN (
    SELECT consumer, producer, shard, position FROM users.consumer_positions
    UNION ALL SELECT consumer, producer, shard, position FROM match.consumer_positions
    UNION ALL SELECT consumer, producer, shard, position FROM rides.consumer_positions
    UNION ALL SELECT consumer, producer, shard, position FROM location.consumer_positions)
    AS applied USING (producer, shard)
  WHERE consumer = $1 AND at < $2 AND (told.position > applied.position) IS NOT FALSE)"};

awaitable<std::int64_t> backlog_of(JudgedCity& city, std::string service, base::Instant before) {
  const auto rows = co_await city.database().run(backlog, service, before);
  co_return rows.front().get<std::int64_t>("events");
}

class Outage : public system::SystemTest, public testing::WithParamInterface<std::string> {
 protected:
  Outage() : SystemTest(Shape::process_per_role) {}

  awaitable<void> live_through(JudgedCity& city) {
    co_await city.open();
    co_await city.until_paid(1, paid_limit);
    co_await city.meanwhile([this] { backend.kill(GetParam()); });
    co_await until_it_has_missed_something(city);
    co_await come_back(city);
    co_await city.until_paid(2, paid_limit);
    co_await city.close();
    co_await city.expect_all_done(backlog_limit);
    co_await city.expect_nothing_lost();
    city.expect_kept_promises();
  }

 private:
  /// At least as long as an outage lasts.
  static awaitable<void> until_it_has_missed_something(JudgedCity& city) {
    const auto begin = city.runtime().now();
    const auto give_up_at = begin + outage() + something_happens_limit;
    while (city.runtime().now() < begin + outage() ||
           co_await backlog_of(city, GetParam(), city.runtime().now()) == 0) {
      if (city.runtime().now() > give_up_at) throw sim::NeverHappened{"an event is missed"};
      co_await sleep_for(pause_between_looks);
    }
  }

  awaitable<void> come_back(JudgedCity& city) {
    const auto back_at = city.runtime().now();
    const auto missed = co_await backlog_of(city, GetParam(), back_at);
    co_await city.meanwhile([this] { backend.start(); });
    auto left = missed;
    while (left > 0 && city.runtime().now() < back_at + backlog_limit) {
      co_await sleep_for(pause_between_looks);
      left = co_await backlog_of(city, GetParam(), back_at);
    }
    EXPECT_EQ(left, 0);
    const auto took = std::chrono::duration_cast<milliseconds>(city.runtime().now() - back_at);
    std::cout << GetParam() << " had missed " << missed << " events, and had applied them "
              << took.count() << " ms after its start" << std::endl;
  }
};

TEST_P(Outage, LosesNoEventAndIsMadeGoodSoon) {
  support::run(
      [this](Runtime& runtime) {
        return judge::in_judged_city(runtime, judge::lively_city(backend, seed),
                                     [this](JudgedCity& city) { return live_through(city); });
      },
      outage() + other_things_limit);
}

INSTANTIATE_TEST_SUITE_P(Of, Outage, testing::Values("users", "location", "match", "rides"),
                         [](const auto& service) { return service.param; });

}  // namespace
}  // namespace tests::events
