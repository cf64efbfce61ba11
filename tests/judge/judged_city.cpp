#include "tests/judge/judged_city.hpp"

#include <exception>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include "platform/runtime/deadline.hpp"
#include "services/rides/ledger_check.hpp"
#include "sim/phone.hpp"
#include "sim/report.hpp"
#include "tests/support/stack_fixture.hpp"

namespace tests::judge {
namespace {

using namespace std::chrono_literals;
using platform::runtime::sleep_for;
using std::chrono::milliseconds;
using testing::IsEmpty;
namespace asio = boost::asio;
namespace postgres = platform::postgres;

constexpr auto settle_limit = 90s;
constexpr auto go_home_limit = 150s;
constexpr auto pause_between_looks = 50ms;
constexpr auto patience_with_tables = 10s;

postgres::PoolConfig patient_reader(const std::string& schema) {
  auto config = support::administrator_config(support::shared_stack().addresses());
  config.schema = schema;
  config.connections_max = 2;
  config.connect_timeout = patience_with_tables;
  config.lease_timeout = patience_with_tables;
  config.statement_timeout = patience_with_tables;
  config.answer_timeout = patience_with_tables;
  return config;
}

}  // namespace

sim::CityPlan lively_city(const system::Backend& backend, std::uint64_t seed) {
  return {.edges = backend.edges(),
          .drivers = 8,
          .passengers = 8,
          .duration = 24h,
          .drain_limit = 120s,
          .seed = seed,
          .middle = {.latitude = -7.25, .longitude = 112.75},
          .radius_m = 250,
          .trip_min_m = 150,
          .behaviour = {}};
}

JudgedCity::JudgedCity(platform::runtime::Runtime& runtime, sim::CityPlan plan)
    : runtime_(runtime),
      city_(runtime, std::move(plan)),
      lives_(runtime.executor()),
      database_(postgres::make_pool(runtime, patient_reader("public"))),
      books_(postgres::make_pool(runtime, patient_reader("rides"))) {}

awaitable<void> JudgedCity::open() {
  lives_.spawn("city", city_.live());
  co_await until("everybody is about", [this] { return city_.has_settled(); }, settle_limit);
}

awaitable<void> JudgedCity::until_paid(std::int64_t rides, milliseconds limit) {
  const auto enough = city_.sights.paid + rides;
  co_await until("rides are paid for", [=, this] { return city_.sights.paid >= enough; }, limit);
}

awaitable<void> JudgedCity::close() {
  city_.close();
  co_await until("everybody is at home", [this] { return city_.has_ended(); }, go_home_limit);
}

awaitable<void> JudgedCity::until(const char* what, std::function<bool()> holds,
                                  milliseconds limit) {
  const auto give_up_at = runtime_.now() + limit;
  while (!holds()) {
    if (runtime_.now() > give_up_at) throw sim::NeverHappened{std::string{"never: "} + what};
    co_await sleep_for(pause_between_looks);
  }
}

awaitable<void> JudgedCity::meanwhile(std::function<void()> work) {
  co_await asio::co_spawn(
      hands_.get_executor(), [&work]() -> awaitable<void> { co_return work(); },
      asio::use_awaitable);
}

awaitable<sim::chaos::Found> JudgedCity::expect_nothing_lost() {
  auto found = co_await sim::chaos::look_for(*database_, city_.journal);
  EXPECT_THAT(found.lost, IsEmpty());
  EXPECT_THAT(found.doubled, IsEmpty());
  EXPECT_THAT(co_await sim::chaos::illegal_states(*database_), IsEmpty());
  EXPECT_THAT((co_await services::rides::check_books(*books_)).faults, IsEmpty());
  co_return found;
}

awaitable<milliseconds> JudgedCity::expect_all_done(milliseconds limit) {
  const auto begin = runtime_.now();
  auto unfinished = co_await sim::chaos::unfinished_business(*database_);
  while (!unfinished.empty() && runtime_.now() < begin + limit) {
    co_await sleep_for(pause_between_looks);
    unfinished = co_await sim::chaos::unfinished_business(*database_);
  }
  EXPECT_THAT(unfinished, IsEmpty());
  co_return std::chrono::duration_cast<milliseconds>(runtime_.now() - begin);
}

void JudgedCity::expect_kept_promises() const {
  const auto report = sim::report_on(city_);
  EXPECT_THAT(report.violations, IsEmpty()) << sim::page(report);
}

awaitable<void> JudgedCity::leave() {
  co_await lives_.join();
  co_await database_->close();
  co_await books_->close();
}

awaitable<void> in_judged_city(platform::runtime::Runtime& runtime, sim::CityPlan plan,
                               JudgedTest test) {
  JudgedCity city{runtime, std::move(plan)};
  std::exception_ptr failure;
  try {
    co_await test(city);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state();
  co_await city.leave();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace tests::judge
