#include "sim/load/load.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "contracts/errors.hpp"
#include "platform/runtime/deadline.hpp"

namespace sim::load {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using platform::runtime::sleep_for;

constexpr auto answer_limit = 10s;
constexpr auto tick = 1ms;
constexpr auto before_coming_again = 1s;
constexpr auto look_interval = 5ms;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

void Tally::add(const Answer& answer, std::chrono::microseconds time) {
  const auto status = answer.status;
  ++asked;
  if (status == 0) {
    ++unanswered;
  } else if (status < 400) {
    ++good;
    took.add(time);
  } else if (status == 429 || status == 503) {
    ++(answer.names_a_time ? shed : shed_for_ever);
  } else if (status >= 500) {
    ++failed;
  } else if (answer.body.contains(contracts::errors::still_running.code)) {
    ++still_running;
  } else {
    ++refused;
    last_refusal = answer.body;
  }
}

std::string bytes_of(const Request& request) {
  std::string text{request.method};
  text += ' ' + request.target + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!request.token.empty()) text += "Authorization: Bearer " + request.token + "\r\n";
  if (!request.idempotency_key.empty()) {
    text += "Idempotency-Key: " + request.idempotency_key + "\r\n";
  }
  if (request.method == "GET") return text + "\r\n";
  text +=
      "Content-Type: application/json\r\nContent-Length: " + std::to_string(request.body.size()) +
      "\r\n\r\n";
  return text + request.body;
}

Load::Load(platform::runtime::Runtime& runtime, int port, std::vector<Caller*> callers,
           std::size_t connections_max)
    : runtime_(runtime),
      port_(port),
      free_callers_(callers.begin(), callers.end()),
      connections_max_(connections_max) {}

awaitable<void> Load::keep_busy(Tally& tally, std::size_t at_a_time,
                                std::chrono::milliseconds time) {
  const auto start = Clock::now();
  for (std::size_t i = 0; i < at_a_time; ++i) {
    ++under_way_;
    boost::asio::co_spawn(runtime_.executor(), make_calls(tally, start + time),
                          boost::asio::detached);
  }
  co_await until_quiet();
  tally.seconds += seconds_since(start);
}

awaitable<void> Load::offer(Tally& tally, double per_second, std::chrono::milliseconds time) {
  const auto start = Clock::now();
  std::int64_t begun = 0;
  while (Clock::now() < start + time && !stopped_) {
    const auto due = static_cast<std::int64_t>(per_second * seconds_since(start));
    for (; begun < due; ++begun) begin(tally);
    co_await sleep_for(tick);
  }
  tally.seconds += seconds_since(start);
  co_await until_quiet();
}

void Load::begin(Tally& tally) {
  const bool has_line = !free_lines_.empty() || lines_.size() < connections_max_;
  if (free_callers_.empty() || !has_line) {
    ++tally.never_sent;
    return;
  }
  ++under_way_;
  boost::asio::co_spawn(
      runtime_.executor(),
      [](Load& load, Tally& into) -> awaitable<void> {
        co_await load.make_call(into);
        --load.under_way_;
      }(*this, tally),
      boost::asio::detached);
}

awaitable<void> Load::make_calls(Tally& tally, Clock::time_point until) {
  while (Clock::now() < until) {
    const bool was_served = co_await make_call(tally);
    if (!was_served) co_await sleep_for(before_coming_again);
  }
  --under_way_;
}

/// Over the connection that was used last.
awaitable<bool> Load::make_call(Tally& tally) {
  if (free_lines_.empty()) {
    lines_.push_back(std::make_unique<Line>(runtime_.executor(), port_));
    free_lines_.push_back(lines_.back().get());
  }
  auto* line = free_lines_.back();
  free_lines_.pop_back();
  auto* caller = free_callers_.front();
  free_callers_.pop_front();
  const auto begin = Clock::now();
  const auto answer = co_await line->exchange(caller->next(), answer_limit);
  tally.add(answer, std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin));
  caller->take(answer);
  if (caller->is_in_the_middle()) {
    free_callers_.push_front(caller);
  } else {
    free_callers_.push_back(caller);
  }
  free_lines_.push_back(line);
  co_return answer.status != 429 && answer.status != 503;
}

awaitable<void> Load::until_quiet() {
  while (under_way_ > 0) co_await sleep_for(look_interval);
}

}  // namespace sim::load
