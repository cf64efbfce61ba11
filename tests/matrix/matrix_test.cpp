// What each kind of call answers while one thing is out of reach, for every thing and every way of
// being out of reach; that it answers in time; and that all is as before once the thing is back.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "tests/matrix/looking.hpp"

namespace tests::matrix {
namespace {

using system::Backend;
using system::Scene;
using system::Shape;

// NATS takes three pings of a second to be given up; presence, two and a half seconds.
constexpr auto notice_limit = 12s;
// A socket asks Redis after five seconds, where a copy of the session lives for ten.
constexpr auto session_known_for = 5s + 10s;

/// What is answered while `what` is out of reach.
struct Row {
  std::string what;
  int login;
  int request;
  int step;
  int payment;
  int reads;
  bool positions_kept;   ///< The phone is told to keep its positions.
  std::string degraded;  ///< What phones are told to be away, and X-Degraded on what they read.
};

// clang-format off
const Row rows[] = {
    // what       login request step payment reads kept   degraded
    {"postgres",  503,  503,    503, 503,    503,  false, "postgres"},
    {"redis",     202,  201,    200, 200,    200,  false, ""},
    {"nats",      202,  503,    503, 503,    200,  true,  "nats"},
    {"location",  202,  201,    200, 200,    200,  true,  "location"},
    {"match",     202,  503,    200, 200,    200,  false, "match"},
    {"rides",     202,  201,    503, 503,    200,  false, "rides"},
    {"sms",       202,  201,    200, 200,    200,  false, ""},
    {"payments",  202,  201,    200, 200,    200,  false, ""},
};
// clang-format on

/// A way of being out of reach. Slow things are still heard of, so nobody is told of them.
struct Fault {
  std::string name;
  std::function<void(Backend&, const std::string& what)> begin;
  std::function<void(Backend&, const std::string& what)> end;
  bool is_noticed = true;
};

Fault of_link(LinkFault fault) {
  return {
      .name = platform::stack::name_of(fault),
      .begin = [=](Backend& backend, const std::string& what) { backend.link(what).set(fault); },
      .end = [](Backend& backend,
                const std::string& what) { backend.link(what).set(LinkFault::none); },
      .is_noticed = fault != LinkFault::slow};
}

std::vector<Fault> faults_of(const std::string& what) {
  const bool is_service = what == "location" || what == "match" || what == "rides";
  if (!is_service) {
    std::vector<Fault> faults;
    for (const auto fault : link_faults) faults.push_back(of_link(fault));
    return faults;
  }
  return {{.name = "killed",
           .begin = [](Backend& backend, const std::string& role) { backend.kill(role); },
           .end = [](Backend& backend, const std::string&) { backend.start(); }},
          {.name = "paused",
           .begin = [](Backend& backend, const std::string& role) { backend.pause(role); },
           .end = [](Backend& backend, const std::string& role) { backend.resume(role); }}};
}

struct Cell {
  Row row;
  Fault fault;
};
void PrintTo(const Cell& cell, std::ostream* out) {
  *out << cell.row.what << ' ' << cell.fault.name;
}

std::vector<Cell> cells() {
  std::vector<Cell> all;
  for (const auto& row : rows) {
    for (auto& fault : faults_of(row.what)) all.push_back({row, std::move(fault)});
  }
  return all;
}

class Matrix : public testing::TestWithParam<Cell> {
 protected:
  static awaitable<void> expect_answers(Scene& scene, const Row& row) {
    EXPECT_EQ(co_await timed("login", login_limit, scene.log_in()), row.login);
    EXPECT_EQ(co_await timed("request", call_limit, scene.request()), row.request);
    EXPECT_EQ(co_await timed("step", call_limit, scene.step()), row.step);
    EXPECT_EQ(co_await timed("payment", call_limit, scene.pay()), row.payment);
    EXPECT_EQ((co_await timed("reads", call_limit, scene.read())).status, row.reads);
  }

  /// The fastest of some counts, as the machine may be busy.
  template <class Call>
  static awaitable<void> expect_no_wait(Call call) {
    auto fastest = Clock::duration::max();
    for (int i = 0; i < 10; ++i) {
      const auto begin = Clock::now();
      co_await call();
      fastest = std::min(fastest, Clock::now() - begin);
    }
    EXPECT_LT(fastest, platform::stack::slowness);
  }

  static awaitable<void> expect_notice(Scene& scene, const Row& row) {
    if (row.positions_kept) {
      co_await eventually("positions are kept", notice_limit,
                          [&] { return scene.positions_are_kept(); });
    } else {
      EXPECT_FALSE(co_await scene.positions_are_kept());
    }
    if (row.reads == 200) {
      co_await eventually("reads say what is away", notice_limit, [&]() -> awaitable<bool> {
        const auto response = co_await scene.read();
        co_return response.headers.find("X-Degraded").value_or("") == row.degraded;
      });
    }
    if (!row.degraded.empty()) co_await expect_told(scene, {row.degraded});
  }

  static awaitable<void> expect_told(Scene& scene, std::vector<std::string> away) {
    const std::string what = away.empty() ? "that all is back" : "what is away";
    co_await eventually("phones are told " + what, notice_limit,
                        [&]() -> awaitable<bool> { co_return scene.told_to_be_away() == away; });
  }
};

TEST_P(Matrix, AnswersAsPromisedAndRecovers) {
  const auto& [row, fault] = GetParam();
  auto& backend = system::backend(Shape::behind_links);
  backend.start();  // All is well again after the last test.
  system::visit(backend, [&](City& city) -> awaitable<void> {
    Scene scene{city};
    co_await scene.prepare();
    fault.begin(backend, row.what);
    co_await expect_answers(scene, row);
    if (row.what == "redis") co_await expect_no_wait([&] { return scene.read(); });
    if (row.what == "sms") co_await expect_no_wait([&] { return scene.log_in(); });
    if (fault.is_noticed) co_await expect_notice(scene, row);
    EXPECT_TRUE(scene.sockets_are_open());
    fault.end(backend, row.what);
    co_await system::expect_all_is_well(scene, recovery_limit);
    co_await expect_told(scene, {});
  });
}

awaitable<void> expect_refused_reads(Scene& scene) {
  using namespace boost::asio::experimental::awaitable_operators;
  const auto refused = [&]() -> awaitable<void> {
    EXPECT_EQ((co_await timed("reads", call_limit, scene.read())).status, 503);
  };
  co_await (refused() && refused() && refused() && refused() && refused() && refused());
}

// The cells above end while sockets and Redis still know whose the sockets are, and before there
// were enough calls in vain to open a breaker.
TEST(LongOutage, SocketsStayAndPostgresIsCalledAgain) {
  auto& backend = system::backend(Shape::behind_links);
  backend.start();
  system::visit(backend, [&](City& city) -> awaitable<void> {
    Scene scene{city};
    co_await scene.prepare();
    backend.link("postgres").set(LinkFault::silent);
    const auto end = Clock::now() + session_known_for + 2s;
    while (Clock::now() < end) {
      EXPECT_FALSE(co_await scene.positions_are_kept());
      co_await expect_refused_reads(scene);
      co_await platform::runtime::sleep_for(1s);
    }
    EXPECT_TRUE(scene.sockets_are_open());
    backend.link("postgres").set(LinkFault::none);
    co_await system::expect_all_is_well(scene, recovery_limit);
  });
}

std::string name_of(const testing::TestParamInfo<Cell>& info) {
  return info.param.row.what + '_' + info.param.fault.name;
}

INSTANTIATE_TEST_SUITE_P(Each, Matrix, testing::ValuesIn(cells()), name_of);

}  // namespace
}  // namespace tests::matrix
