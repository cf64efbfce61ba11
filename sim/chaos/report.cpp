#include "sim/chaos/report.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sim::chaos {
namespace {

constexpr std::size_t shown_max = 20;

std::string broken(const ChaosReport& report) {
  std::string text;
  for (const auto& [kind, suffered] : report.broken) {
    const auto& took = suffered.recovery_ms;
    text += fmt::format("  {:<26}{:>6}{:>9.0f}{:>9.0f}{:>9.0f}\n", kind, suffered.times, took.p50,
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

std::vector<std::string> beyond_bounds(const std::map<std::string, Suffered>& broken) {
  std::vector<std::string> sentences;
  for (const auto& [kind, p99_ms] : recovery_bounds) {
    const auto found = broken.find(std::string{kind});
    if (found == broken.end()) continue;
    const auto& took = found->second.recovery_ms;
    if (took.count < judged_from_times || took.p99 <= p99_ms) continue;
    sentences.push_back(fmt::format("{}: {:.0f} ms, and not {:.0f}", kind, took.p99, p99_ms));
  }
  return sentences;
}

std::string page(const ChaosReport& report) {
  return fmt::format(
      "{}\n{} faults in {:.0f} s, seed {}\n\n"
      "  Broken                     times   until it answered again, alone:\n"
      "                                     p50 ms   p99 ms   max ms\n{}\n"
      "  Promised      {} acknowledged effects, {} found\n"
      "  Lost          {}\n"
      "  Doubled       {}\n"
      "  Books         {} checks while things broke, {} more could not reach them; faults: {}\n"
      "  Illegal       {}\n"
      "  Stuck         {}\n"
      "  Crashed       {}\n"
      "  Never back    {}\n"
      "  Slowly back   {}\n\n{}\n",
      page(report.city), report.faults, report.seconds, report.seed, broken(report),
      report.acknowledged, report.found, listed(report.lost), listed(report.doubled),
      report.books_checks, report.books_unreachable, listed(report.books_faults),
      listed(report.illegal), listed(report.unfinished), listed(report.ended_by_themselves),
      listed(report.never_recovered), listed(report.slow_to_recover),
      report.every_promise_held() ? "EVERY PROMISE HELD." : "PROMISES WERE BROKEN.");
}

}  // namespace sim::chaos
