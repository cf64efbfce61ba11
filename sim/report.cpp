#include "sim/report.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/json/enums.hpp"
#include "sim/audit.hpp"

namespace sim {
namespace {

using domain::match::RequestState;
using domain::ride::PaymentState;
using domain::ride::RideState;

constexpr double ms_per_s = 1'000;

void count_requests(Report& report, const Findings& findings) {
  report.requests = std::ssize(findings.requests);
  report.matched = std::ssize(findings.rides);
  for (const auto& [id, request] : findings.requests) {
    report.stopped += int{request.state == RequestState::cancelled};
    report.unfulfilled += int{request.state == RequestState::unfulfilled};
  }
}

void count_rides(Report& report, const Findings& findings) {
  for (const auto& [id, ride] : findings.rides) {
    report.completed += int{ride.completed_at.has_value()};
    if (ride.fare) report.fares = report.fares + *ride.fare;
    if (ride.payment && ride.payment->state == PaymentState::settled) {
      report.settled = report.settled + ride.payment->amount;
    }
    if (ride.cancellation) {
      ++report.cancelled[std::string{base::json::name_of(ride.cancellation->by)}];
      report.cancellation_fees = report.cancellation_fees + ride.cancellation->fee;
    }
  }
  for (const auto& [driver, balance] : findings.balances) {
    report.balances = report.balances + balance;
  }
}

std::string listed(const std::map<std::string, std::int64_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, count);
  }
  return text.empty() ? "none" : text;
}

std::string calls(const Report& report) {
  std::string text;
  for (const auto& [operation, took] : report.calls_ms) {
    text += fmt::format("  {:<22}{:>8}{:>9.1f}{:>9.1f}{:>9.1f}{:>9.1f}\n", operation, took.count,
                        took.p50, took.p95, took.p99, took.max);
  }
  return text;
}

std::string verdict(const Report& report) {
  if (report.violations.empty()) return "Every promise was kept.\n";
  auto text = fmt::format("{} PROMISES WERE BROKEN\n", report.violations.size());
  for (const auto& each : report.violations) text += "  " + each + '\n';
  return text;
}

}  // namespace

Report report_on(const City& city) {
  const auto& plan = city.plan();
  Report report;
  report.seed = plan.seed;
  report.drivers = plan.drivers;
  report.passengers = plan.passengers;
  report.seconds = static_cast<double>(city.age().count()) / ms_per_s;
  count_requests(report, city.findings);
  count_rides(report, city.findings);
  report.waiting_ms = city.waiting.percentiles();
  for (const auto& [operation, samples] : city.traffic.operations()) {
    report.calls_ms[operation] = samples.percentiles();
  }
  report.errors = city.traffic.errors();
  report.reconnects = city.sights.reconnects;
  report.gaps = city.sights.gaps;
  report.unheard = city.sights.unheard;
  report.violations = broken_promises(city.journal, city.findings);
  std::ranges::copy(city.journal.violations(), std::back_inserter(report.violations));
  return report;
}

std::string page(const Report& report) {
  return fmt::format(
      "\n{} drivers and {} passengers, {:.0f} s, seed {}\n\n"
      "  Requests      {}: {} got a driver, {} were given up, {} found nobody\n"
      "  Rides         {} completed; cancelled by: {}\n"
      "  Waiting       p50 {:.1f} s, p95 {:.1f} s, max {:.1f} s\n"
      "  Money         fares {}, paid {}, cancellation fees {}; drivers' balances {}\n"
      "  Connections   {} reconnects, {} gaps healed, {} changes found by looking\n"
      "  Refusals      {}\n\n"
      "  {:<22}{:>8}{:>9}{:>9}{:>9}{:>9}\n{}\n{}",
      report.drivers, report.passengers, report.seconds, report.seed, report.requests,
      report.matched, report.stopped, report.unfulfilled, report.completed,
      listed(report.cancelled), report.waiting_ms.p50 / ms_per_s, report.waiting_ms.p95 / ms_per_s,
      report.waiting_ms.max / ms_per_s, base::to_string(report.fares),
      base::to_string(report.settled), base::to_string(report.cancellation_fees),
      base::to_string(report.balances), report.reconnects, report.gaps, report.unheard,
      listed(report.errors), "Calls", "count", "p50 ms", "p95 ms", "p99 ms", "max ms",
      calls(report), verdict(report));
}

}  // namespace sim
