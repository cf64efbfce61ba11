#include "platform/bus/consumer.hpp"

#include <map>
#include <tuple>
#include <utility>

#include "base/assert.hpp"
#include "base/json/json.hpp"
#include "platform/bus/parked.hpp"
#include "platform/bus/repeat.hpp"
#include "platform/bus/shard_consumer.hpp"
#include "platform/bus/shares.hpp"
#include "platform/bus/source.hpp"
#include "platform/bus/stream_reader.hpp"
#include "platform/bus/subjects.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::bus {
namespace {

/// All shards of one producer, as far as their leases are held here.
class ProducerConsumer : public std::enable_shared_from_this<ProducerConsumer> {
 public:
  ProducerConsumer(runtime::Runtime& runtime, Connection& connection, postgres::Pool& pool,
                   Reaction reaction)
      : runtime_(runtime),
        pool_(pool),
        reaction_(std::move(reaction)),
        name_(reaction_.config.consumer + '.' + reaction_.config.producer),
        shares_(pool, "consume." + name_, shard_count, runtime.instance(), lease_lasts()),
        permits_(runtime.executor(), reaction_.config.commits_at_once_max),
        shards_(make_shards(connection)),
        reader_(runtime, connection, reaction_.config, shards_),
        stopped_(runtime.executor()),
        heads_(connection.subscribe(heads_subject(reaction_.config.producer), "",
                                    [this](const Message& message) { learn_heads(message); })) {}

  void start() {
    runtime_.tasks().spawn("consume.share", [self = shared_from_this()] {
      return with_farewell(self->loop("share", [self] { return self->share(); }),
                           [self] { return self->shares_.leave(); });
    });
    spawn("pull", [this] { return reader_.turn(); });
    for (const auto& shard : shards_) {
      spawn("apply", [&shard = *shard] { return shard.turn(); });
    }
  }

  void stop() {
    stopping_ = true;
    report_lag();
    stopped_.ring();
    reader_.wake();
    for (const auto& shard : shards_) shard->stop();
  }

 private:
  using Turn = std::function<awaitable<void>()>;

  awaitable<void> loop(const char* part, Turn turn) {
    return repeat("consume." + name_ + '.' + part, runtime_, std::move(turn),
                  [self = shared_from_this()] { return self->stopping_; });
  }

  void spawn(const char* part, Turn turn) {
    runtime_.tasks().spawn(std::string{"consume."} + part,
                           [self = shared_from_this(), part, turn = std::move(turn)] {
                             return self->loop(part, turn);
                           });
  }

  // With a look four times in `lease_ttl`, what a dead instance held is taken over in time.
  std::chrono::milliseconds lease_lasts() const { return reaction_.config.lease_ttl * 2 / 3; }
  std::chrono::milliseconds look_interval() const { return reaction_.config.lease_ttl / 4; }

  StreamReader::Shards make_shards(Connection& connection) {
    StreamReader::Shards shards;
    for (unsigned shard = 0; shard < shard_count; ++shard) {
      shards.push_back(std::make_unique<ShardConsumer>(
          runtime_, connection, pool_, permits_, reaction_, shard, [this] { reader_.wake(); }));
    }
    return shards;
  }

  awaitable<void> share() {
    const auto& [consumer, producer] =
        std::tie(reaction_.config.consumer, reaction_.config.producer);
    if (!positions_exist_) co_await create_positions(pool_, consumer, producer);
    positions_exist_ = true;
    co_await hold(co_await shares_.seek());
    learn_due(co_await parked::next_due(pool_, consumer, producer));
    co_await stopped_.wait_for(look_interval());
  }

  awaitable<void> hold(std::vector<bool> held) {
    for (unsigned number = 0; number < shard_count; ++number) {
      auto& shard = *shards_[number];
      const bool lost = shard.is_held() && !held[number];
      shard.hold(held[number]);
      if (lost) co_await shares_.give_back(number);
    }
    reader_.wake();
  }

  void learn_due(const std::map<unsigned, std::chrono::milliseconds>& due_in) {
    for (const auto& [shard, in] : due_in) {
      if (shards_.at(shard)->is_held()) shards_[shard]->learn_due(in);
    }
  }

  void learn_heads(const Message& message) {
    const auto heads = base::json::from_text<Heads>(message.data);
    if (!heads || heads->positions.size() != shard_count) {
      telemetry::warn("bus.not_understood", {{"subject", message.subject}});
      return;
    }
    for (unsigned shard = 0; shard < shard_count; ++shard) {
      shards_[shard]->learn_head(heads->positions[shard]);
    }
    report_lag();
  }

  /// By differences, because the instances of a process share the gauge.
  void report_lag() {
    std::int64_t lag = 0;
    for (const auto& shard : shards_) lag += stopping_ ? 0 : shard->lag();
    reaction_.meters.lag.add(static_cast<double>(lag - std::exchange(reported_lag_, lag)));
  }

  runtime::Runtime& runtime_;
  postgres::Pool& pool_;
  const Reaction reaction_;
  const std::string name_;
  Shares shares_;
  Permits permits_;
  const StreamReader::Shards shards_;
  StreamReader reader_;
  Bell stopped_;
  bool stopping_ = false;
  bool positions_exist_ = false;
  std::int64_t reported_lag_ = 0;
  std::unique_ptr<Subscription> heads_;
};

class RunningConsumer final : public Consumer {
 public:
  explicit RunningConsumer(std::shared_ptr<ProducerConsumer> consumer)
      : consumer_(std::move(consumer)) {
    consumer_->start();
  }
  ~RunningConsumer() override { consumer_->stop(); }

 private:
  std::shared_ptr<ProducerConsumer> consumer_;
};

}  // namespace

std::unique_ptr<Consumer> start_consumer(runtime::Runtime& runtime, Connection& connection,
                                         postgres::Pool& pool, ConsumerConfig config,
                                         std::vector<std::string> types, ApplyEvent apply,
                                         AfterCommit after_commit) {
  NEBENGJEK_ASSERT(!config.retry_delays.empty());
  Reaction reaction{
      .config = config,
      .types{types.begin(), types.end()},
      .apply = std::move(apply),
      .after_commit = std::move(after_commit),
      .meters{config.consumer, config.producer},
  };
  return std::make_unique<RunningConsumer>(
      std::make_shared<ProducerConsumer>(runtime, connection, pool, std::move(reaction)));
}

}  // namespace platform::bus
