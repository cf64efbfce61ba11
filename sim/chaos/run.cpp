#include "sim/chaos/run.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <span>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/json/enums.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/runtime/deadline.hpp"
#include "sim/chaos/prober.hpp"
#include "sim/chaos/tables.hpp"

namespace sim::chaos {
namespace {

using namespace std::chrono_literals;
using platform::runtime::Runtime;
using platform::runtime::sleep_for;
using platform::runtime::TaskGroup;
using std::chrono::milliseconds;
namespace asio = boost::asio;
namespace postgres = platform::postgres;

constexpr auto books_interval = 5s;
constexpr auto recovery_limit = 30s;
constexpr auto settle_limit = 90s;
constexpr auto settle_pause = 100ms;
constexpr auto quiet_min = 200ms;  // Between a recovery and the next fault.
constexpr auto quiet_max = 1'000ms;
constexpr auto two_at_once = 0.15;
constexpr auto all_serve_limit = 60s;
constexpr auto finish_limit = 60s;
constexpr auto finish_pause = 500ms;
constexpr auto patience_with_tables = 10s;

/// While one of two is down, its twin answers; what comes by an edge of its own waits for it.
bool twin_takes_over(const Fault& fault) {
  return is_service(fault.component) && fault.component != Component::users && fault.instance;
}

/// Whichever instance it was.
std::string kind_of(Fault fault) {
  fault.instance.reset();
  return name_of(fault);
}

postgres::PoolConfig patient(postgres::PoolConfig config) {
  config.statement_timeout = patience_with_tables;
  config.answer_timeout = patience_with_tables;
  config.connections_max = 2;
  return config;
}

class ChaosRun {
 public:
  ChaosRun(Runtime& runtime, const ChaosPlan& plan, Ground& ground, const Evidence& evidence)
      : runtime_(runtime),
        plan_(plan),
        ground_(ground),
        evidence_(evidence),
        city_(runtime, plan.city),
        http_(platform::http::make_client(runtime)),
        prober_(runtime, *http_, plan.city.edges),
        database_(postgres::make_pool(runtime, patient(evidence.database))),
        books_(postgres::make_pool(runtime, patient(evidence.books))),
        dice_(plan.seed, 1) {}

  awaitable<ChaosReport> run() {
    const auto begin = runtime_.now();
    co_await until_all_serve();
    TaskGroup lives{runtime_.executor()};
    lives.spawn("city", city_.live());
    lives.spawn("books", [this] { return keep_checking_books(); });
    co_await break_things();
    city_.close();
    while (!city_.has_ended()) co_await sleep_for(settle_pause);
    co_await prober_.switch_off();
    co_await http_->close();
    co_await lives.join();
    co_await look_at_the_end();
    co_await database_->close();
    co_await books_->close();
    report_.seconds = std::chrono::duration<double>(runtime_.now() - begin).count();
    co_return std::move(report_);
  }

 private:
  awaitable<void> until_all_serve() {
    const auto give_up_at = runtime_.now() + all_serve_limit;
    for (;;) {
      try {
        co_await prober_.prepare([this] { return city_.new_msisdn(); });
        break;
      } catch (const std::exception&) {
        if (runtime_.now() > give_up_at) throw;
      }
      co_await sleep_for(settle_pause);
    }
    for (const auto component : {Component::location, Component::rides}) {
      if (!co_await prober_.time_to_answer(component, {}, all_serve_limit)) {
        throw std::runtime_error{std::string{base::json::name_of(component)} + " does not serve"};
      }
    }
  }

  awaitable<void> break_things() {
    const auto give_up_at = runtime_.now() + settle_limit;
    while (!city_.has_settled() && runtime_.now() < give_up_at) co_await sleep_for(settle_pause);
    const auto faults = schedule(plan_.seed, plan_.faults);
    for (std::size_t i = 0; i < faults.size();) {
      const bool two = i + 1 < faults.size() && dice_.happens(two_at_once) &&
                       faults[i].component != faults[i + 1].component;
      const std::size_t count = two ? 2 : 1;
      co_await suffer_at_once(std::span{faults}.subspan(i, count));
      i += count;
      co_await revive();
      co_await sleep_for(dice_.between(quiet_min, quiet_max));
    }
  }

  awaitable<void> suffer_at_once(std::span<const Fault> faults) {
    TaskGroup group{runtime_.executor()};
    auto running = faults.size();
    for (const auto& fault : faults) {
      group.spawn("fault", [this, &running, &fault, alone = faults.size() == 1] {
        return suffer_and_say(fault, alone, running);
      });
    }
    while (running > 0) co_await sleep_for(settle_pause);
    co_await group.join();
  }

  awaitable<void> suffer_and_say(const Fault& fault, bool alone, std::size_t& running) {
    try {
      co_await suffer(fault, alone);
    } catch (const std::exception& error) {
      report_.never_recovered.push_back(sentence(fault) + ": " + error.what());
    }
    --running;
  }

  awaitable<void> suffer(const Fault& fault, bool alone) {
    std::fprintf(stderr, "%s%s\n", sentence(fault).c_str(), alone ? "" : ", with another fault");
    ++report_.faults;
    ++report_.broken[kind_of(fault)].times;
    co_await elsewhere([&] { ground_.strike(fault); });
    const auto struck_at = runtime_.now();
    if (twin_takes_over(fault)) co_await time_recovery(fault, alone, 0ms);
    const auto gone = std::chrono::duration_cast<milliseconds>(runtime_.now() - struck_at);
    if (gone < fault.lasts) co_await sleep_for(fault.lasts - gone);
    const auto heals_at = runtime_.now();
    co_await elsewhere([&] { ground_.heal(fault); });
    const auto healing = std::chrono::duration_cast<milliseconds>(runtime_.now() - heals_at);
    if (!twin_takes_over(fault)) co_await time_recovery(fault, alone, healing);
  }

  /// What waits for another component's cure as well is not told of its own.
  awaitable<void> time_recovery(const Fault& fault, bool alone, milliseconds already) {
    const auto took =
        co_await prober_.time_to_answer(fault.component, fault.instance, recovery_limit);
    if (!took) {
      report_.never_recovered.push_back(sentence(fault));
    } else if (alone) {
      recovery_[kind_of(fault)].add(already + *took);
    }
  }

  awaitable<void> revive() {
    std::vector<std::string> ended;
    co_await elsewhere([&] { ended = ground_.revive(); });
    std::ranges::move(ended, std::back_inserter(report_.ended_by_themselves));
  }

  /// Away from the city's thread, which must not wait for processes.
  awaitable<void> elsewhere(std::function<void()> work) {
    co_await asio::co_spawn(
        hands_.get_executor(), [&work]() -> awaitable<void> { co_return work(); },
        asio::use_awaitable);
  }

  awaitable<void> keep_checking_books() {
    for (;;) {
      co_await sleep_for(books_interval);
      try {
        co_await check_books();
      } catch (const postgres::Unavailable&) {
        ++report_.books_unreachable;
      }
    }
  }

  awaitable<void> check_books() {
    auto faults = co_await evidence_.check_books(*books_);
    ++report_.books_checks;
    std::ranges::move(faults, std::back_inserter(report_.books_faults));
  }

  awaitable<void> look_at_the_end() {
    co_await wait_for_the_last_event();
    auto found = co_await look_for(*database_, city_.journal);
    report_.illegal = co_await illegal_states(*database_);
    co_await check_books();
    report_.seed = plan_.seed;
    report_.acknowledged = found.acknowledged;
    report_.found = found.found;
    report_.lost = std::move(found.lost);
    report_.doubled = std::move(found.doubled);
    for (const auto& [kind, samples] : recovery_) {
      report_.broken[kind].recovery_ms = samples.percentiles();
    }
    report_.slow_to_recover = beyond_bounds(report_.broken);
    report_.city = report_on(city_);
  }

  awaitable<void> wait_for_the_last_event() {
    const auto give_up_at = runtime_.now() + finish_limit;
    for (;;) {
      report_.unfinished = co_await unfinished_business(*database_);
      if (report_.unfinished.empty() || runtime_.now() > give_up_at) co_return;
      co_await sleep_for(finish_pause);
    }
  }

  Runtime& runtime_;
  const ChaosPlan& plan_;
  Ground& ground_;
  const Evidence& evidence_;
  City city_;
  std::unique_ptr<platform::http::Client> http_;
  Prober prober_;
  std::unique_ptr<postgres::Pool> database_;
  std::unique_ptr<postgres::Pool> books_;
  Dice dice_;
  asio::thread_pool hands_{1};
  std::map<std::string, Samples> recovery_;
  ChaosReport report_;
};

}  // namespace

awaitable<ChaosReport> break_and_check(Runtime& runtime, const ChaosPlan& plan, Ground& ground,
                                       const Evidence& evidence) {
  ChaosRun run{runtime, plan, ground, evidence};
  co_return co_await run.run();
}

}  // namespace sim::chaos
