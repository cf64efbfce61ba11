#include "platform/bus/applier.hpp"

#include <utility>

#include "platform/bus/failure.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;

constexpr int abandonments_max = 5;

// Commands wait for the rows that are locked here, and give up after 300 ms.
constexpr auto commit_after = 100ms;

std::vector<base::Uuid> keys_of(const std::vector<const Numbered*>& run) {
  std::vector<base::Uuid> keys;
  keys.reserve(run.size());
  for (const auto* numbered : run) keys.push_back(numbered->event.key);
  return keys;
}

void log_parked(const Source& source, const Event& event, const std::string& reason) {
  telemetry::warn("event.parked", {{"consumer", source.consumer},
                                   {"producer", source.producer},
                                   {"type", event.type},
                                   {"key", event.key},
                                   {"reason", reason},
                                   telemetry::trace(event.trace)});
}

}  // namespace

Applier::Applier(postgres::Pool& pool, runtime::Entropy& entropy, const Reaction& reaction,
                 Source source)
    : pool_(pool), entropy_(entropy), reaction_(reaction), source_(std::move(source)) {}

// A savepoint for each event would cost two round trips, and PostgreSQL slows down for everybody
// when one transaction has more than 64. Failures are rare: what was applied before one is applied
// again, and the commit ends with the event that failed, which is not tried a second time.
awaitable<Applier::Outcome> Applier::apply(const std::vector<const Numbered*>& run,
                                           std::int64_t after) {
  Failed failed;
  for (;;) {
    try {
      co_return co_await in_one_commit(run, after, failed);
    } catch (const Failed& just_now) {
      failed = just_now;
    } catch (...) {
      blame_event_in_hand();
      throw;
    }
  }
}

awaitable<Applier::Outcome> Applier::in_one_commit(const std::vector<const Numbered*>& run,
                                                   std::int64_t after, const Failed& failed) {
  const auto transaction = co_await pool_.begin();
  auto& session = transaction->session();
  Outcome outcome{.position = co_await lock_position(session, source_)};
  if (outcome.position != after) co_return outcome;

  const auto start = std::chrono::steady_clock::now();
  auto waiting = co_await parked::among(session, source_, keys_of(run));
  for (const auto* numbered : run) {
    in_hand_ = numbered->position;
    co_await apply_or_park(session, *numbered, failed, waiting, outcome);
    outcome.position = numbered->position;
    if (numbered->position == failed.position) break;
    if (std::chrono::steady_clock::now() - start > commit_after) break;
  }
  in_hand_ = 0;
  co_await move_position(session, source_, outcome.position);
  co_await transaction->commit();
  co_return outcome;
}

awaitable<void> Applier::apply_or_park(postgres::Session& session, const Numbered& numbered,
                                       const Failed& failed, parked::Keys& waiting,
                                       Outcome& outcome) {
  const auto& event = numbered.event;
  if (!reaction_.wants(event)) co_return;
  if (waiting.contains(event.key)) {
    co_return co_await parked::park_behind(session, source_, numbered);
  }
  const auto reason = co_await failure_of(session, numbered, failed);
  if (reason.empty()) {
    outcome.applied.push_back(&event);
    co_return;
  }
  const auto retry_in = reaction_.retry_after(1, entropy_);
  co_await parked::park_failed(session, source_, numbered, reason, retry_in.value());
  log_parked(source_, event, reason);
  reaction_.meters.parked.add();
  waiting.insert(event.key);
  outcome.parked_some = true;
}

awaitable<std::string> Applier::failure_of(postgres::Session& session, const Numbered& numbered,
                                           const Failed& failed) {
  if (numbered.position == failed.position) co_return failed.reason;
  if (stops_the_shard(numbered)) co_return "it ended the transaction several times in a row";
  const auto thrown = co_await reaction_.attempt(pool_, session, numbered.event);
  const auto failure = thrown ? describe(thrown) : Failure{};
  if (failure.ends_transaction()) std::rethrow_exception(thrown);
  if (thrown) throw Failed{numbered.position, failure.reason};
  co_return std::string{};
}

bool Applier::stops_the_shard(const Numbered& numbered) const {
  return numbered.position == suspect_ && abandonments_ >= abandonments_max;
}

void Applier::blame_event_in_hand() {
  const auto position = std::exchange(in_hand_, 0);
  if (position == 0) return;
  abandonments_ = position == suspect_ ? abandonments_ + 1 : 1;
  suspect_ = position;
}

}  // namespace platform::bus
