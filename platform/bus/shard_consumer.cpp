#include "platform/bus/shard_consumer.hpp"

#include <algorithm>
#include <utility>

#include "base/json/json.hpp"
#include "platform/bus/jetstream.hpp"
#include "platform/bus/subjects.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;

constexpr auto lease_check_interval = 1s;

/// On `dlq.<service>`, for whoever watches; the row has the rest.
struct DeadLetterNotice {
  std::string consumer;
  std::string producer;
  std::string type;
  base::Uuid key;
  base::Uuid event_id;
  int attempts = 0;
  std::string reason;
  std::string trace;
};
BOOST_DESCRIBE_STRUCT(DeadLetterNotice, (),
                      (consumer, producer, type, key, event_id, attempts, reason, trace))

}  // namespace

ShardConsumer::ShardConsumer(runtime::Runtime& runtime, Connection& connection,
                             postgres::Pool& pool, Permits& permits, const Reaction& reaction,
                             unsigned shard, std::function<void()> on_progress)
    : runtime_(runtime),
      connection_(connection),
      pool_(pool),
      permits_(permits),
      reaction_(reaction),
      source_{reaction.config.consumer, reaction.config.producer, shard},
      on_progress_(std::move(on_progress)),
      applier_(pool, runtime.entropy(), reaction, source_),
      retrier_(pool, runtime.entropy(), reaction, source_),
      bell_(runtime.executor()) {}

void ShardConsumer::hold(bool held) {
  if (held != std::exchange(held_, held)) bell_.ring();
}

bool ShardConsumer::has_room() const { return arrivals_.size() <= reaction_.config.batch_max; }

void ShardConsumer::arrive(Numbered numbered, std::string acknowledge_to) {
  if (!held_) return;  // It will come again, to whoever holds the lease.
  asks_ = false;
  arrivals_.add(std::move(numbered), std::move(acknowledge_to));
  bell_.ring();
}

void ShardConsumer::learn_head(std::int64_t position) { head_ = position; }

std::int64_t ShardConsumer::lag() const {
  return held_ && position_ ? std::max<std::int64_t>(0, head_ - *position_) : 0;
}

void ShardConsumer::learn_due(std::chrono::milliseconds in) {
  const auto at = Clock::now() + in;
  if (retry_at_ && *retry_at_ <= at) return;
  retry_at_ = at;
  bell_.ring();
}

awaitable<void> ShardConsumer::turn() { return held_ ? work() : await_lease(); }

awaitable<void> ShardConsumer::await_lease() {
  position_.reset();
  arrivals_.clear();
  retry_at_.reset();
  co_await bell_.wait_for(lease_check_interval);
}

awaitable<void> ShardConsumer::work() {
  if (!position_) position_ = co_await find_position(pool_, source_);
  if (retry_at_ && *retry_at_ <= Clock::now()) co_await retry_one();
  if (const auto count = missing(); count > 0) co_await ask_for(count);
  const auto run = arrivals_.run_after(*position_, reaction_.config.batch_max);
  if (run.empty()) {
    acknowledge_applied();
    co_await bell_.wait_for(until_something_is_due());
  } else {
    co_await apply(run);
  }
}

awaitable<void> ShardConsumer::apply(const std::vector<const Numbered*>& run) {
  const auto outcome = co_await apply_when_permitted(run);
  position_ = outcome.position;
  last_progress_ = Clock::now();
  for (const auto* event : outcome.applied) reaction_.committed(*event, runtime_.now());
  if (outcome.parked_some) learn_due(reaction_.config.retry_delays.front());
  acknowledge_applied();
}

awaitable<Applier::Outcome> ShardConsumer::apply_when_permitted(
    const std::vector<const Numbered*>& run) {
  const auto permit = co_await permits_.take();
  co_return co_await applier_.apply(run, *position_);
}

void ShardConsumer::acknowledge_applied() {
  for (const auto& acknowledge_to : arrivals_.drop_through(*position_)) {
    acknowledge(connection_, acknowledge_to);
  }
  on_progress_();
}

awaitable<void> ShardConsumer::retry_one() {
  retry_at_.reset();
  const auto retried = co_await retry_when_permitted();
  if (!retried) co_return;
  learn_due(0ms);  // There may be another.
  if (retried->failure.empty()) reaction_.committed(retried->event, runtime_.now());
  if (retried->dead) announce_dead(*retried);
}

awaitable<std::optional<Retrier::Retried>> ShardConsumer::retry_when_permitted() {
  const auto permit = co_await permits_.take();
  co_return co_await retrier_.retry();
}

/// How many events to ask the producer for: those of a gap, or what its head promises and the
/// stream has not brought for a while.
std::int64_t ShardConsumer::missing() const {
  if (const auto gap = arrivals_.missing_after(*position_); gap > 0) return gap;
  const bool waited =
      asks_ || Clock::now() - last_progress_ >= reaction_.config.head_check_interval;
  return waited && arrivals_.size() == 0 ? head_ - *position_ : 0;
}

awaitable<void> ShardConsumer::ask_for(std::int64_t count) {
  const auto limit = std::min(static_cast<std::size_t>(count), reaction_.config.batch_max);
  const MissingEvents missing{source_.shard, *position_, static_cast<unsigned>(limit)};
  const auto answer =
      co_await connection_.request(outbox_subject(source_.producer), base::json::to_text(missing));
  auto found = base::json::from_text<FoundEvents>(answer.data);
  if (!found) throw Unavailable{"not an answer of an outbox: " + found.error()};
  if (found->events.empty()) throw Unavailable{source_.producer + " misses events of its own"};
  co_await accept_loss_before(found->events.front().position);
  asks_ = true;
  reaction_.meters.asked_for.add(static_cast<double>(found->events.size()));
  for (auto& event : found->events) arrivals_.add(from_found(std::move(event)), {});
}

/// The producer's record begins at `first`: what this consumer has not had is gone. A new consumer
/// of an old producer begins like this.
awaitable<void> ShardConsumer::accept_loss_before(std::int64_t first) {
  const auto after = *position_;
  if (first <= after + 1) co_return;
  const auto transaction = co_await pool_.begin();
  if (co_await lock_position(transaction->session(), source_) != after) co_return;
  co_await move_position(transaction->session(), source_, first - 1);
  co_await transaction->commit();
  position_ = first - 1;
  telemetry::error("events.gone", {{"consumer", source_.consumer},
                                   {"producer", source_.producer},
                                   {"shard", source_.shard},
                                   {"after", after},
                                   {"before", first}});
}

void ShardConsumer::announce_dead(const Retrier::Retried& retried) {
  const auto& event = retried.event;
  const auto notice = base::json::to_text(DeadLetterNotice{
      .consumer = source_.consumer,
      .producer = source_.producer,
      .type = event.type,
      .key = event.key,
      .event_id = event.id,
      .attempts = retried.attempts,
      .reason = retried.failure,
      .trace = event.trace,
  });
  reaction_.meters.dead.add();
  connection_.publish_signal(dead_letters_subject(source_.consumer), notice);
  telemetry::error("event.dead", {{"consumer", source_.consumer},
                                  {"producer", source_.producer},
                                  {"type", event.type},
                                  {"key", event.key},
                                  {"reason", retried.failure},
                                  telemetry::trace(event.trace)});
}

std::chrono::milliseconds ShardConsumer::until_something_is_due() const {
  const auto check = reaction_.config.head_check_interval;
  if (!retry_at_) return check;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*retry_at_ - Clock::now());
  return std::clamp(wait, std::chrono::milliseconds{0}, check);
}

}  // namespace platform::bus
