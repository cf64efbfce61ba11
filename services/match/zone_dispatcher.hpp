#pragma once

/// The dispatch of one zone. Once per window the leader ends what time has ended: proposals that
/// nobody answered, requests without patience left. In every turn, also those that it is woken for,
/// the requests that wait, oldest first and a bounded number at a time, are proposed to whom the
/// policy chooses among the free drivers around.

#include <functional>
#include <memory>
#include <string>

#include "domain/match/policy.hpp"
#include "platform/bus/bell.hpp"
#include "services/binding/outage.hpp"
#include "services/binding/service.hpp"
#include "services/match/config.hpp"
#include "services/match/dispatch.hpp"
#include "services/match/leadership.hpp"
#include "services/match/ports.hpp"

namespace services::match {

class ZoneDispatcher {
 public:
  ZoneDispatcher(const binding::Environment& environment, const MatchConfig& config,
                 const Zone& zone, LiveMap& live_map, std::function<void()> after_commit);

  /// Until cancelled. What goes wrong ends one turn, never the loop.
  awaitable<void> run();

  void wake() { bell_.ring(); }
  const std::string& zone_name() const { return zone_.name; }

 private:
  awaitable<void> turn();
  awaitable<void> lead();
  awaitable<void> sweep();
  awaitable<std::size_t> sweep_once(Dispatch& dispatch);
  awaitable<void> dispatch();
  awaitable<std::vector<Waiting>> read_waiting(QueuePlace after);
  awaitable<std::vector<Choice>> choose(std::vector<Waiting> waiting);

  /// Runs `body(Dispatch&)` in one commit, which happens only if the lease is still ours.
  template <class Body>
  awaitable<std::size_t> commit(Body body);
  /// Runs `read(DispatchStore&)` in a transaction that changes nothing.
  template <class Read>
  std::invoke_result_t<Read, DispatchStore&> reading(Read read);

  binding::Environment environment_;
  const MatchConfig& config_;
  const Zone& zone_;
  LiveMap& live_map_;
  std::function<void()> after_commit_;
  std::unique_ptr<domain::match::DispatchPolicy> policy_;
  Leadership leadership_;
  base::Instant sweep_due_;
  binding::Outage location_{"match.location"};
  platform::bus::Bell bell_;
};

}  // namespace services::match
