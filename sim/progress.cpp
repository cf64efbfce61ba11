#include "sim/progress.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "platform/runtime/deadline.hpp"

namespace sim {
namespace {

using namespace std::chrono_literals;

constexpr auto tick = 250ms;
constexpr auto line_interval = 10s;

std::string line(const City& city) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(city.age()).count();
  std::int64_t calls = 0;
  for (const auto& [operation, samples] : city.traffic.operations()) calls += samples.count();
  const auto no_answer = city.traffic.errors().find("no_answer");
  const auto& sights = city.sights;
  return fmt::format(
      "{}:{:02}  requests {}  matched {}  paid {}  cancelled {}  calls {}  unanswered {}  {}",
      seconds / 60, seconds % 60, sights.requested, sights.matched, sights.paid, sights.cancelled,
      calls, no_answer == city.traffic.errors().end() ? 0 : no_answer->second,
      city.is_closing() ? "(going home)" : "");
}

}  // namespace

awaitable<void> show_progress(const City& city) {
  const bool moves = ::isatty(STDERR_FILENO) != 0;
  auto next_line = line_interval + 0ms;
  while (!city.has_ended()) {
    co_await platform::runtime::sleep_for(tick);
    if (moves) {
      std::fprintf(stderr, "\r\033[K%s", line(city).c_str());
    } else if (city.age() >= next_line) {
      std::fprintf(stderr, "%s\n", line(city).c_str());
      next_line += line_interval;
    }
  }
  if (moves) std::fprintf(stderr, "\r\033[K");
}

}  // namespace sim
