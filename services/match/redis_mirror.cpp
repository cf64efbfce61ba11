#include "services/match/redis_mirror.hpp"

#include <unordered_map>
#include <utility>

#include "platform/bus/repeat.hpp"
#include "platform/runtime/deadline.hpp"
#include "services/binding/remote.hpp"
#include "services/match/queries.hpp"

namespace services::match {
namespace {

namespace bus = platform::bus;
namespace redis = platform::redis;
using namespace std::chrono_literals;

constexpr int page_max = 500;
constexpr int waiting_max = 1'000;
constexpr int proposals_max = 5'000;
constexpr std::chrono::milliseconds build_time_max = 10min;
/// By how much a change may become visible later than the time it bears.
constexpr std::chrono::milliseconds lateness_max = 2s;

/// A copy that nobody refreshes for this long is complete no more.
std::chrono::milliseconds lifetime(const MatchConfig& config) {
  return config.mirror_interval_ms * 3 + 2s;
}

std::string text(std::chrono::milliseconds duration) { return std::to_string(duration.count()); }
std::string text(base::Instant at) { return std::to_string(base::unix_ms(at)); }

}  // namespace

std::string MirrorKeys::drivers(const Zone& zone) const {
  return redis_.key("match:drivers:{" + zone.name + '}');
}
std::string MirrorKeys::waiting(const Zone& zone) const {
  return redis_.key("match:waiting:{" + zone.name + '}');
}
std::string MirrorKeys::proposals() const { return redis_.key("match:{proposals}"); }
std::string MirrorKeys::mirror() const { return redis_.key("match:mirror"); }

RedisMirror::RedisMirror(const binding::Environment& environment, const MatchConfig& config,
                         const Zones& zones, LiveMap& live_map)
    : environment_(environment),
      config_(config),
      zones_(zones),
      live_map_(live_map),
      keys_(environment.redis),
      leadership_(environment, "mirror", config.dispatch_lease_ms),
      tasks_(environment.runtime.executor()) {}

void RedisMirror::start() {
  auto turns =
      bus::repeat("mirror", environment_.runtime, [this] { return turn(); }, [] { return false; });
  tasks_.spawn("match.mirror",
               bus::with_farewell(std::move(turns), [this] { return leadership_.resign(); }));
}

awaitable<void> RedisMirror::stop() { return tasks_.join(); }

awaitable<void> RedisMirror::turn() {
  try {
    if (co_await leadership_.confirm()) {
      co_await refresh();
      outage_.works();
    }
  } catch (const redis::Unavailable& error) {
    outage_.fails(error.what());
  } catch (const redis::CommandFailed& error) {
    outage_.fails(error.what());
  } catch (const binding::RemoteUnavailable& error) {
    outage_.fails(error.what());
  }
  co_await platform::runtime::sleep_for(config_.mirror_interval_ms);
}

awaitable<void> RedisMirror::refresh() {
  const bool complete = co_await is_complete();
  if (!complete) co_await begin_anew();
  // While the copy is complete, somebody has refreshed it within its lifetime.
  const auto recently = environment_.runtime.now() - lifetime(config_) - lateness_max;
  co_await copy_drivers(complete ? recently : base::Instant{});
  for (const auto& zone : zones_.all()) co_await copy_waiting(zone);
  co_await copy_proposals();
  // Only if it exists: Redis may have lost everything since the beginning.
  co_await environment_.redis.command(
      {"SET", keys_.mirror(), mirror_ready, "XX", "PX", text(lifetime(config_))});
}

awaitable<bool> RedisMirror::is_complete() {
  const auto state = co_await environment_.redis.command({"GET", keys_.mirror()});
  co_return state.maybe_text() == mirror_ready;
}

awaitable<void> RedisMirror::begin_anew() {
  std::vector<redis::Command> commands{
      {"SET", keys_.mirror(), "building", "PX", text(build_time_max)}};
  for (const auto& zone : zones_.all()) commands.push_back({"DEL", keys_.drivers(zone)});
  co_await environment_.redis.pipeline(std::move(commands));
}

awaitable<void> RedisMirror::copy_drivers(base::Instant since) {
  DriverChange last{.driver_id = {}, .at = since};
  for (;;) {
    const auto page = co_await changes_after(last);
    if (page.empty()) co_return;
    const auto where = co_await zones_of(page);
    std::vector<redis::Command> commands;
    for (std::size_t i = 0; i < page.size(); ++i) {
      for (const auto& zone : zones_.all()) {
        const auto driver = page[i].driver_id.text();
        if (page[i].free && where[i] == &zone) {
          commands.push_back({"ZADD", keys_.drivers(zone), text(page[i].at), driver});
        } else {
          commands.push_back({"ZREM", keys_.drivers(zone), driver});
        }
      }
    }
    co_await environment_.redis.pipeline(std::move(commands));
    last = page.back();
  }
}

awaitable<std::vector<RedisMirror::DriverChange>> RedisMirror::changes_after(DriverChange last) {
  const auto rows =
      co_await environment_.pool.run(queries::changed_drivers, last.at, last.driver_id, page_max);
  std::vector<DriverChange> changes;
  for (const auto row : rows) {
    changes.push_back({.driver_id = row.get<domain::DriverId>("driver_id"),
                       .at = row.get<base::Instant>("changed_at"),
                       .free = row.get<bool>("free")});
  }
  co_return changes;
}

/// Where the live map sees each driver; the city for those whom it doesn't see.
awaitable<std::vector<const Zone*>> RedisMirror::zones_of(
    const std::vector<DriverChange>& changes) {
  std::vector<const Zone*> zones(changes.size(), &zones_.city());
  if (zones_.all().size() == 1) co_return zones;
  contracts::WhereIs question;
  for (const auto& change : changes) question.user_ids.push_back(change.driver_id);
  std::unordered_map<domain::DriverId, const Zone*> seen;
  const auto answer = co_await live_map_.where_is(std::move(question));
  for (const auto& last : answer.positions) {
    seen.emplace(last.user_id, &zones_.zone_of({last.latitude, last.longitude}));
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto found = seen.find(changes[i].driver_id);
    if (found != seen.end()) zones[i] = found->second;
  }
  co_return zones;
}

awaitable<void> RedisMirror::copy_waiting(const Zone& zone) {
  const auto rows = co_await environment_.pool.run(queries::waiting_ids, zone.cells,
                                                   zone.everything_else, waiting_max);
  std::vector<std::string> requests;
  for (const auto row : rows) requests.push_back(row.get<std::string>("request_id"));
  co_await replace(keys_.waiting(zone), "RPUSH", std::move(requests));
}

awaitable<void> RedisMirror::copy_proposals() {
  const auto rows = co_await environment_.pool.run(queries::open_proposal_ids, proposals_max);
  std::vector<std::string> proposals;
  for (const auto row : rows) {
    proposals.push_back(text(row.get<base::Instant>("expires_at")));
    proposals.push_back(row.get<std::string>("match_id"));
  }
  co_await replace(keys_.proposals(), "ZADD", std::move(proposals));
}

/// Readers see the old copy or the new one.
awaitable<void> RedisMirror::replace(std::string key, std::string fill,
                                     std::vector<std::string> elements) {
  if (elements.empty()) {
    co_await environment_.redis.command({"DEL", key});
    co_return;
  }
  const auto draft = key + ":draft";
  redis::Command write{std::move(fill), draft};
  write.insert(write.end(), elements.begin(), elements.end());
  std::vector<redis::Command> commands{{"DEL", draft}, std::move(write), {"RENAME", draft, key}};
  co_await environment_.redis.pipeline(std::move(commands));
}

}  // namespace services::match
