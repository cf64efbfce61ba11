#include "services/match/zone_dispatcher.hpp"

#include <algorithm>
#include <utility>

#include "platform/bus/repeat.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/metrics.hpp"
#include "services/binding/remote.hpp"
#include "services/match/live_map.hpp"
#include "services/match/pg_store.hpp"
#include "services/match/round.hpp"

namespace services::match {
namespace {

namespace bus = platform::bus;
namespace runtime = platform::runtime;
namespace telemetry = platform::telemetry;

/// Between two turns, however often somebody wakes us: what comes together is seen together.
constexpr base::Duration rest_min = std::chrono::milliseconds{10};
/// Requests ended in one commit.
constexpr std::size_t sweep_max = 100;

constexpr telemetry::GaugeFamily waiting_requests{
    "nebengjek_match_waiting_requests", "Requests that could ask another driver", {"zone"}};
constexpr telemetry::HistogramFamily round_seconds{
    "nebengjek_match_round_seconds", "Time that a dispatch round takes", {"zone"}};
constexpr telemetry::CounterFamily proposals_made{
    "nebengjek_match_proposals_total", "Proposals made to drivers", {"zone"}};

std::size_t at_once(const MatchConfig& config) {
  return config.policy == domain::match::PolicyName::broadcast ? config.broadcast_to : 1;
}

/// As long as the turn took, so that a zone with many who wait doesn't ask location without end.
runtime::Milliseconds rest_after(base::Duration turn, const MatchConfig& config) {
  const base::Duration rest_max = config.dispatch_window_ms;
  return std::chrono::ceil<runtime::Milliseconds>(std::clamp(turn, rest_min, rest_max));
}

QueuePlace place_of(const Waiting& waiting) {
  return {.searching_since = waiting.request.searching_since, .id = waiting.request.id};
}

std::vector<domain::match::WaitingRequest> searches_of(const std::vector<Waiting>& waiting) {
  std::vector<domain::match::WaitingRequest> searches;
  for (const auto& each : waiting) searches.push_back(each.search);
  return searches;
}

}  // namespace

ZoneDispatcher::ZoneDispatcher(const binding::Environment& environment, const MatchConfig& config,
                               const Zone& zone, LiveMap& live_map,
                               std::function<void()> after_commit)
    : environment_(environment),
      config_(config),
      zone_(zone),
      live_map_(live_map),
      after_commit_(std::move(after_commit)),
      policy_(domain::match::make_policy(config.policy_rules())),
      leadership_(environment, "dispatch." + zone.name, config.dispatch_lease_ms),
      bell_(environment.runtime.executor()) {}

awaitable<void> ZoneDispatcher::run() {
  auto turns = bus::repeat(
      "dispatch." + zone_.name, environment_.runtime, [this] { return turn(); },
      [] { return false; });
  return bus::with_farewell(std::move(turns), [this] { return leadership_.resign(); });
}

awaitable<void> ZoneDispatcher::turn() {
  const auto began = environment_.runtime.now();
  try {
    if (co_await leadership_.confirm()) co_await lead();
  } catch (const LeaseLost&) {
    leadership_.lose();
  }
  co_await runtime::sleep_for(rest_after(environment_.runtime.now() - began, config_));
  co_await bell_.wait_for(config_.dispatch_window_ms);
}

awaitable<void> ZoneDispatcher::lead() {
  const auto began = environment_.runtime.now();
  if (began >= sweep_due_) {
    co_await sweep();
    sweep_due_ = began + config_.dispatch_window_ms;
  }
  try {
    co_await dispatch();
  } catch (const binding::RemoteUnavailable& error) {
    location_.fails(error.what());  // Requests wait.
  }
  const std::chrono::duration<double> took = environment_.runtime.now() - began;
  round_seconds.with(zone_.name).observe(took.count());
}

awaitable<void> ZoneDispatcher::sweep() {
  while (co_await commit([this](Dispatch& dispatch) { return sweep_once(dispatch); }) >=
         sweep_max) {
  }
}

awaitable<std::size_t> ZoneDispatcher::sweep_once(Dispatch& dispatch) {
  const auto expired = co_await dispatch.expire_proposals(zone_, sweep_max);
  const auto given_up = co_await dispatch.give_up_requests(zone_, sweep_max);
  co_return std::max(expired, given_up);
}

awaitable<void> ZoneDispatcher::dispatch() {
  std::size_t count = 0;
  for (QueuePlace after{};;) {
    const auto waiting = co_await read_waiting(after);
    count += waiting.size();
    const auto chosen = co_await choose(waiting);
    if (!chosen.empty()) {
      const auto made =
          co_await commit([&](Dispatch& dispatch) { return dispatch.propose(chosen); });
      proposals_made.with(zone_.name).add(static_cast<double>(made));
    }
    if (waiting.size() < config_.round_requests_max) break;
    after = place_of(waiting.back());
  }
  waiting_requests.with(zone_.name).set(static_cast<double>(count));
}

awaitable<std::vector<Waiting>> ZoneDispatcher::read_waiting(QueuePlace after) {
  return reading([this, after](DispatchStore& board) {
    return board.waiting(zone_, after, at_once(config_), config_.round_requests_max,
                         environment_.runtime.now());
  });
}

awaitable<std::vector<Choice>> ZoneDispatcher::choose(std::vector<Waiting> waiting) {
  if (waiting.empty()) co_return std::vector<Choice>{};
  const auto now = environment_.runtime.now();
  const auto found = co_await find_all(live_map_, questions(waiting, config_, now));
  location_.works();
  const auto around = everybody(found);
  if (around.empty()) co_return std::vector<Choice>{};
  const auto free =
      co_await reading([&](DispatchStore& board) { return board.free_among(around); });
  const auto could = candidates(waiting, found, free, config_.approach_kmh);
  co_return choices(policy_->propose(searches_of(waiting), could, now), waiting, could);
}

template <class Body>
awaitable<std::size_t> ZoneDispatcher::commit(Body body) {
  bus::Unit unit{environment_.pool, {}};
  binding::Work work{unit, environment_.runtime, {}};
  co_await leadership_.guard(*co_await work.session());
  Dispatch dispatch{work, config_.rules(), make_pg_match_store(work), make_pg_dispatch_store(work)};
  const auto count = co_await body(dispatch);
  co_await unit.commit({});
  if (count > 0) after_commit_();
  co_return count;
}

template <class Read>
std::invoke_result_t<Read, DispatchStore&> ZoneDispatcher::reading(Read read) {
  bus::Unit unit{environment_.pool, {}};
  binding::Work work{unit, environment_.runtime, {}};
  const auto board = make_pg_dispatch_store(work);
  auto result = co_await read(*board);
  co_await unit.commit({});
  co_return result;
}

}  // namespace services::match
