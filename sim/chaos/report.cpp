#include "sim/chaos/report.hpp"

#include <fmt/format.h>

namespace sim::chaos {
namespace {

constexpr std::size_t shown_max = 20;

std::string broken(const ChaosReport& report) {
  std::string text;
  for (const auto& [what, count] : report.broken)
    text += fmt::format("  {:<22}{:>6}\n", what, count);
  return text;
}

std::string recovery(const ChaosReport& report) {
  std::string text;
  for (const auto& [component, took] : report.recovery_ms) {
    text += fmt::format("  {:<22}{:>6}{:>9.0f}{:>9.0f}{:>9.0f}\n", component, took.count, took.p50,
                        took.p99, took.max);
  }
  return text;
}

/// "0", or how many, and what they are.
std::string listed(const std::vector<std::string>& sentences) {
  auto text = std::to_string(sentences.size());
  for (std::size_t i = 0; i < std::min(sentences.size(), shown_max); ++i) {
    text += "\n      " + sentences[i];
  }
  if (sentences.size() > shown_max) text += "\n      ...";
  return text;
}

}  // namespace

std::string page(const ChaosReport& report) {
  return fmt::format(
      "{}\n{} faults in {:.0f} s, seed {}\n{}\n"
      "  Recovery              times   p50 ms   p99 ms   max ms\n{}\n"
      "  Promised      {} acknowledged effects, {} found\n"
      "  Lost          {}\n"
      "  Doubled       {}\n"
      "  Books         {} checks while things broke, {} more could not reach them; faults: {}\n"
      "  Illegal       {}\n"
      "  Stuck         {}\n"
      "  Crashed       {}\n"
      "  Never back    {}\n\n{}\n",
      page(report.city), report.faults, report.seconds, report.seed, broken(report),
      recovery(report), report.acknowledged, report.found, listed(report.lost),
      listed(report.doubled), report.books_checks, report.books_unreachable,
      listed(report.books_faults), listed(report.illegal), listed(report.unfinished),
      listed(report.ended_by_themselves), listed(report.never_recovered),
      report.every_promise_held() ? "EVERY PROMISE HELD." : "PROMISES WERE BROKEN.");
}

}  // namespace sim::chaos
