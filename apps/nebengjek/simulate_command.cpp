#include "apps/nebengjek/simulate_command.hpp"

#include <cstdio>
#include <fstream>

#include <CLI/CLI.hpp>

#include "apps/nebengjek/blocking.hpp"
#include "services/rides/ledger_check.hpp"
#include "sim/progress.hpp"
#include "sim/report.hpp"

namespace apps::nebengjek {
namespace {

namespace postgres = platform::postgres;
using platform::awaitable;
using platform::runtime::Runtime;

constexpr auto default_edge = "http://127.0.0.1:8080";
constexpr double ms_per_minute = 60'000;
constexpr auto patience_with_books = std::chrono::seconds{60};

awaitable<std::vector<std::string>> faults_of_books(Runtime& runtime, const Settings& settings) {
  auto config = settings.postgres_of(Role::rides);
  config.statement_timeout = patience_with_books;
  config.answer_timeout = patience_with_books;
  const auto pool = postgres::make_pool(runtime, config);
  auto books = co_await services::rides::check_books(*pool);
  co_await pool->close();
  std::printf("Books: %lld rides, %lld entries, %zu faults\n", static_cast<long long>(books.rides),
              static_cast<long long>(books.entries), books.faults.size());
  co_return std::move(books.faults);
}

sim::CityPlan plan_of(const SimulateOptions& options) {
  auto plan = options.plan;
  if (plan.edges.empty()) plan.edges.emplace_back(default_edge);
  plan.duration =
      std::chrono::milliseconds{static_cast<std::int64_t>(options.minutes * ms_per_minute)};
  return plan;
}

}  // namespace

void declare(CLI::App& command, SimulateOptions& options) {
  auto& plan = options.plan;
  command.add_option("--drivers", plan.drivers, "How many")->check(CLI::Range(1, 2'000));
  command.add_option("--passengers", plan.passengers, "How many")->check(CLI::Range(1, 2'000));
  command.add_option("--minutes", options.minutes, "In which passengers ask for rides")
      ->check(CLI::Range(0.05, 1'440.0));
  command.add_option("--url", plan.edges, "Where the API is served; several edges: repeat it");
  command.add_option("--seed", plan.seed, "The same seed, the same decisions");
  command.add_option("--pace", plan.pace, "How many times as fast as life")
      ->check(CLI::Range(0.5, 4.0));
  command.add_option("--json", options.json_file, "Write the report there, too");
}

int simulate(const SimulateOptions& options, const std::optional<Settings>& settings) {
  sim::Report report;
  run_blocking([&](Runtime& runtime) -> awaitable<void> {
    sim::City city{runtime, plan_of(options)};
    platform::runtime::TaskGroup watchers{runtime.executor()};
    watchers.spawn("progress", sim::show_progress(city));
    co_await city.live();
    co_await watchers.join();
    report = sim::report_on(city);
    if (!settings) co_return;
    for (auto& fault : co_await faults_of_books(runtime, *settings)) {
      report.violations.push_back("books: " + std::move(fault));
    }
  });
  std::printf("%s", sim::page(report).c_str());
  if (options.json_file) {
    std::ofstream{*options.json_file} << base::json::to_text(report) << '\n';
  }
  return report.violations.empty() ? 0 : 1;
}

}  // namespace apps::nebengjek
