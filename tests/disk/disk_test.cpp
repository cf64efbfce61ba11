// The disk of each server in turn is full to the last block, while people ride: what each kind of
// call answers then; that nothing is lost which was acknowledged before, meanwhile or after; and
// that all is as before once there is room again. Where the server itself gives up, it is started
// again, as whatever supervises it in production does; nobody repairs anything.

#include "tests/support/disk.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "platform/postgres/errors.hpp"
#include "platform/redis/client.hpp"
#include "platform/runtime/deadline.hpp"
#include "tests/judge/judged_city.hpp"
#include "tests/support/stack_fixture.hpp"
#include "tests/system/looking.hpp"

namespace tests::disk {
namespace {

using namespace std::chrono_literals;
namespace postgres = platform::postgres;
using judge::JudgedCity;
using platform::awaitable;
using platform::stack::Server;
using support::SmallDisk;
using system::City;
using system::Scene;
using system::Shape;
using Clock = std::chrono::steady_clock;

constexpr auto paid_limit = 60s;
constexpr auto recovery_limit = 30s;
constexpr auto finish_limit = 60s;
constexpr auto gone_limit = 60s;
constexpr std::uint64_t seed = 14;

enum class Answer : std::uint8_t {
  works,
  refused,  ///< 503, come again
  either,
};

/// What is answered while the disk of `server` is full.
struct Row {
  Server server;
  std::string name;
  std::uintmax_t disk_bytes;
  Answer login;
  Answer request;
  Answer step;
  Answer payment;
  Answer positions;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

using enum Answer;

// nats-server 2.9 hangs with its streams after a while, and is then as good as away. What is in
// Redis can be rebuilt. Reads work always.
// clang-format off
const Row rows[] = {
    // server          name        disk       login    request  step     payment  positions
    {Server::postgres, "postgres", 400 << 20, refused, refused, refused, refused, works},
    {Server::nats,     "nats",      64 << 20, works,   either,  either,  either,  either},
    {Server::redis,    "redis",     16 << 20, works,   works,   works,   works,   works},
};
// clang-format on

constexpr int unavailable = 503;

/// Room that tables have in their pages, which a full disk does not take from them. A command that
/// would find some is refused a little later than one that does not.
struct Ballast {
  postgres::Query add;  ///< With so much text.
  postgres::Query remove;
  postgres::Query find_room;
};
constexpr Ballast all_ballast[] = {
    {{"disk.fill_codes",
      "insert into users.otp_codes (challenge_id, msisdn, code_hmac, address, issued_at)"
      " values (gen_random_uuid(), 'ballast', $1, '', now())"},
     {"disk.clear_codes", "delete from users.otp_codes where msisdn = 'ballast'"},
     {"disk.vacuum_codes", "vacuum users.otp_codes"}},
    {{"disk.fill_answers_of_match",
      "insert into match.idempotency (scope, key, request_hash, answer)"
      " values ('ballast', gen_random_uuid(), '', $1)"},
     {"disk.clear_answers_of_match", "delete from match.idempotency where scope = 'ballast'"},
     {"disk.vacuum_answers_of_match", "vacuum match.idempotency"}},
    {{"disk.fill_answers_of_rides",
      "insert into rides.idempotency (scope, key, request_hash, answer)"
      " values ('ballast', gen_random_uuid(), '', $1)"},
     {"disk.clear_answers_of_rides", "delete from rides.idempotency where scope = 'ballast'"},
     {"disk.vacuum_answers_of_rides", "vacuum rides.idempotency"}},
};
constexpr std::size_t ballast_bytes[] = {1'500, 300, 1};

/// Each connection remembers the page where it last found room.
constexpr postgres::Query end_connections{
    "disk.end_connections",
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where backend_type = 'client backend' and pid <> pg_backend_pid()"};

awaitable<bool> is_taken(postgres::Pool& pool, const postgres::Query& query, std::string text) {
  try {
    co_await pool.run(query, text);
    co_return true;
  } catch (const postgres::Unavailable&) {
    co_return false;
  }
}

awaitable<void> find_room(postgres::Pool& pool) {
  for (const auto& each : all_ballast) co_await pool.run(each.find_room);
}

awaitable<void> use_up_pages(postgres::Pool& pool) {
  for (const auto bytes : ballast_bytes) {
    for (const auto& each : all_ballast) {
      while (co_await is_taken(pool, each.add, std::string(bytes, 'x'))) continue;
    }
    co_await find_room(pool);
  }
  co_await pool.run(end_connections);
}

awaitable<void> clear_pages(postgres::Pool& pool) {
  for (const auto& each : all_ballast) co_await pool.run(each.remove);
}

/// So that the log of the database has room when its disk has none.
awaitable<void> begin_a_new_log_file(postgres::Pool& pool) {
  co_await pool.run({"disk.checkpoint", "checkpoint"});
  co_await pool.run({"disk.switch_log", "select pg_switch_wal()"});
}

/// Writes into the log of the database until there is no room for it, and the database ends.
awaitable<void> use_up_the_log(postgres::Pool& pool) {
  constexpr postgres::Query write{"disk.write_log",
                                  "select pg_logical_emit_message(false, 'ballast', $1)"};
  const std::string megabyte(1 << 20, 'x');
  const auto give_up_at = Clock::now() + gone_limit;
  while (co_await is_taken(pool, write, megabyte)) {
    if (Clock::now() > give_up_at) throw sim::NeverHappened{"the database goes on without a log"};
  }
}

/// As an operator may have it who trusts no memory: then a full disk is its end.
awaitable<void> write_down_everything(platform::runtime::Runtime& runtime) {
  const auto redis = platform::redis::make_client(runtime, support::redis_config());
  co_await redis->command({"CONFIG", "SET", "appendfsync", "always"});
  co_await redis->command({"CONFIG", "SET", "appendonly", "yes"});
  co_await redis->close();
}

class Disk : public system::SystemTest, public testing::WithParamInterface<Row> {
 protected:
  Disk() : SystemTest(Shape::process_per_role) {}

  static void SetUpTestSuite() { missing_ = support::why_no_disks(); }

  void SetUp() override {
    if (missing_) GTEST_SKIP() << *missing_;
  }

  static void expect(const char* what, Answer answer, int status, int of_success) {
    const bool as_promised =
        (status == of_success && answer != refused) || (status == unavailable && answer != works);
    EXPECT_TRUE(as_promised) << what << ": " << status;
  }

  static awaitable<void> expect_answers(Scene& scene, const Row& row) {
    expect("login", row.login, co_await scene.log_in(), 202);
    expect("request", row.request, co_await scene.request(), 201);
    expect("step", row.step, co_await scene.step(), 200);
    expect("payment", row.payment, co_await scene.pay(), 200);
    const bool kept = co_await scene.positions_are_kept();
    expect("positions", row.positions, kept ? unavailable : 200, 200);
    EXPECT_EQ((co_await scene.read()).status, 200);
    EXPECT_TRUE(scene.sockets_are_open());
  }

  static void start_again(Server server) {
    support::shared_stack().kill(server);
    support::shared_stack().start(server);
  }

  static awaitable<void> live_through(City& people, JudgedCity& city, SmallDisk& disk) {
    const auto& row = GetParam();
    const bool of_database = row.server == Server::postgres;
    Scene scene{people};
    co_await city.open();
    co_await scene.prepare();
    co_await city.until_paid(1, paid_limit);

    if (of_database) {
      co_await find_room(city.database());  // Which takes some room itself, the first time.
      co_await begin_a_new_log_file(city.database());
    }
    if (row.server == Server::redis) co_await write_down_everything(city.runtime());
    disk.fill();
    if (of_database) co_await use_up_pages(city.database());
    co_await expect_answers(scene, row);
    if (of_database) {
      co_await use_up_the_log(city.database());
      EXPECT_EQ(co_await scene.request(), unavailable);
    }
    if (row.server == Server::redis) co_await city.until_paid(1, paid_limit);

    disk.make_room();
    co_await city.meanwhile([&] { start_again(row.server); });
    co_await system::expect_all_is_well(scene, recovery_limit);
    co_await scene.clear();
    if (of_database) co_await clear_pages(city.database());
    co_await city.until_paid(1, paid_limit);
    co_await city.close();
    co_await city.expect_all_done(finish_limit);
    co_await city.expect_nothing_lost();
    city.expect_kept_promises();
  }

  inline static std::optional<std::string> missing_;
  inline static std::vector<std::unique_ptr<SmallDisk>> disks_;  // To the end of the servers.
};

TEST_P(Disk, FullIsSurvived) {
  disks_.push_back(support::make_small_disk(GetParam().disk_bytes));
  auto& disk = *disks_.back();
  support::keep_on(disk, GetParam().server);
  backend.start();  // Returns when all are ready again.
  visit([&](City& people) -> awaitable<void> {
    co_await judge::in_judged_city(
        people.runtime(), judge::lively_city(backend, seed),
        [&](JudgedCity& city) { return live_through(people, city, disk); });
  });
}

INSTANTIATE_TEST_SUITE_P(Of, Disk, testing::ValuesIn(rows),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace tests::disk
