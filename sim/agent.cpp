#include "sim/agent.hpp"

#include <algorithm>

#include <boost/asio/this_coro.hpp>

#include "contracts/errors.hpp"

namespace sim {
namespace {

using namespace std::chrono_literals;
using platform::runtime::sleep_for;
namespace http = platform::http;
namespace operations = contracts::operations;

constexpr auto between_starts = 30ms;
constexpr auto patience_of_a_call = 4s;
constexpr auto answer_limit = 6s;
constexpr auto poll_interval = 1s;
constexpr auto look_interval = 15s;
constexpr auto report_interval = 1s;
constexpr auto catch_up_limit = 15s;

const std::string& edge_of(const CityPlan& plan, int number) {
  return plan.edges[static_cast<std::size_t>(number) % plan.edges.size()];
}

}  // namespace

Agent::Agent(City& city, std::string name, int number)
    : city_(city),
      name_(std::move(name)),
      starts_after_(number * between_starts),
      dice_(city.plan().seed, static_cast<std::uint64_t>(number)),
      phone_(city.runtime(), city.http(), edge_of(city.plan(), number)) {
  auto& api = phone_.api();
  for (std::size_t i = 1; i < city.plan().edges.size(); ++i) {
    api.add_edge(edge_of(city.plan(), number + static_cast<int>(i)));
  }
  api.set_patience(patience_of_a_call);
  api.set_answer_limit(answer_limit);
  api.watch([this](const Exchange& exchange) { city_.traffic.add(exchange); });
  phone_.set_report_interval(report_interval);
  phone_.watch([this](const contracts::Document& document) { take_note(document); });
}

awaitable<void> Agent::live() {
  std::string trouble;
  try {
    co_await live_through();
  } catch (const CityEnded&) {
    trouble = "was still " + doing_ + " when time was up";
  } catch (const std::exception& error) {
    trouble = "while " + doing_ + ": " + error.what();
  }
  if (!trouble.empty()) city_.journal.violated(name_ + ' ' + trouble);
  leave();
  co_await boost::asio::this_coro::reset_cancellation_state();
  co_await switch_off();
  city_.went_home();
}

awaitable<void> Agent::live_through() {
  co_await sleep_for(starts_after_);
  co_await log_in();
  co_await settle_in();
  city_.settled();
  while (!is_done()) {
    co_await stay_in_touch();
    co_await step();
  }
  doing("catching up with the document");
  co_await catch_up();
  doing("asking what has become of everything");
  co_await take_stock();
}

awaitable<void> Agent::log_in() {
  for (;;) {
    city_.check_time();
    msisdn_ = city_.new_msisdn();
    bool in = false;
    try {
      co_await phone_.log_in(msisdn_);
      in = true;
    } catch (const http::NoAnswer&) {
    } catch (const NeverHappened&) {
    }
    if (in) break;
    co_await pause();
  }
  renew_at_ = now() + std::chrono::seconds{phone_.tokens().expires_in_s} * 3 / 4;
}

awaitable<void> Agent::renew_tokens() {
  const auto tokens = co_await phone_.refresh();
  if (!tokens && tokens.error().status == unauthenticated) {
    throw std::runtime_error{"the refresh token was refused: " + tokens.error().code};
  }
  if (!tokens) co_return;  // Whoever needs them tries again.
  renew_at_ = now() + std::chrono::seconds{tokens->expires_in_s} * 3 / 4;
}

/// The last frame before a silence may be lost like any other, and no later one tells of the gap.
awaitable<void> Agent::look_from_time_to_time() {
  if (now() < looked_at_ + look_interval) co_return;
  looked_at_ = now();
  const auto n = phone_.n();
  try {
    co_await phone_.look();
  } catch (const http::NoAnswer&) {
  }
  if (phone_.n() > n) ++city_.sights.unheard;
}

awaitable<void> Agent::stay_in_touch() {
  if (!polls_ && phone_.connected()) co_await look_from_time_to_time();
  while (!polls_ && !phone_.connected()) {
    city_.check_time();
    if (co_await connect_once()) {
      if (was_connected_) ++city_.sights.reconnects;
      was_connected_ = true;
      looked_at_ = now();
      co_return;
    }
    phone_.disconnect();
    phone_.api().turn_to_next_edge();
    co_await pause();
  }
}

awaitable<bool> Agent::connect_once() {
  if (was_connected_) ++city_.sights.closed_with[phone_.close_code()];
  try {
    if (now() >= renew_at_) co_await renew_tokens();
    co_await phone_.connect();
    co_return true;
  } catch (const http::NoAnswer&) {
  } catch (const NeverHappened&) {
  }
  co_return false;
}

/// Whoever opens no socket renews the tokens here.
awaitable<void> Agent::poll() {
  try {
    if (now() >= renew_at_) co_await renew_tokens();
    co_await phone_.look();
  } catch (const http::NoAnswer&) {
  }
}

awaitable<void> Agent::changed(std::chrono::milliseconds limit) {
  if (polls_) {
    co_await sleep_for(std::min<std::chrono::milliseconds>(limit, poll_interval));
    co_return co_await poll();
  }
  const auto n = phone_.n();
  try {
    co_await phone_.until(
        "a change", [=](const Phone& phone) { return phone.n() != n || !phone.connected(); },
        limit);
  } catch (const NeverHappened&) {
  }
}

awaitable<void> Agent::until_shown(std::function<bool(const contracts::Document&)> holds) {
  while (!holds(document())) {
    city_.check_time();
    co_await stay_in_touch();
    if (!holds(document())) co_await changed(1s);
  }
}

bool Agent::once(const std::string& occasion, double probability) {
  return occasions_.insert(occasion).second && dice_.happens(probability);
}

awaitable<void> Agent::lose_connection() {
  if (!phone_.connected()) co_return;
  phone_.disconnect();
  try {
    co_await phone_.until("the socket closes", [](const Phone& each) { return !each.connected(); });
  } catch (const NeverHappened&) {
    city_.journal.violated(name_ + " could not close the socket");
  }
}

/// What was missed on the way must have come in the end.
awaitable<void> Agent::catch_up() {
  const auto snapshot = co_await ask(operations::get_snapshot);
  if (!snapshot) throw std::runtime_error{"no snapshot: " + snapshot.error().code};
  const auto give_up_at = now() + catch_up_limit;
  while (phone_.n() < snapshot->n && now() < give_up_at) {
    co_await stay_in_touch();
    if (phone_.n() < snapshot->n) co_await changed(1s);
  }
  if (phone_.n() < snapshot->n) {
    city_.journal.violated(name_ + " was never shown document " + std::to_string(snapshot->n));
  }
  city_.sights.gaps += phone_.gaps();
}

awaitable<void> Agent::switch_off() {
  try {
    co_await phone_.switch_off();
  } catch (const std::exception& error) {
    city_.journal.violated(name_ + ": " + error.what());
  }
}

awaitable<void> Agent::pause() { co_await sleep_for(dice_.between(200ms, 800ms)); }

void Agent::take_note(const contracts::Document& document) {
  if (document.ride) city_.journal.shown(phone_.user(), *document.ride);
  notice(document);
}

bool Agent::asks_to_come_again(const contracts::Problem& problem) {
  return problem.status == unauthenticated || problem.code == contracts::errors::unavailable.code ||
         problem.code == contracts::errors::too_many_requests.code ||
         problem.code == contracts::errors::still_running.code;
}

}  // namespace sim
