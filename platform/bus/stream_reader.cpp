#include "platform/bus/stream_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "platform/bus/subjects.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 200ms;
constexpr auto grace = 500ms;  // For the server's word that a pull has expired.
constexpr auto pause_after_error = 100ms;

// What is pulled, and what waits to be applied.
constexpr std::size_t unacknowledged_batches_max = 4;

DurableConfig durable_of(const ConsumerConfig& config, unsigned shard) {
  return {
      .producer = config.producer,
      .name = config.consumer + '_' + std::to_string(shard),
      .shard = shard,
      .unacknowledged_max = unacknowledged_batches_max * config.batch_max,
  };
}

}  // namespace

StreamReader::StreamReader(runtime::Runtime& runtime, Connection& connection,
                           const ConsumerConfig& config, const Shards& shards)
    : connection_(connection),
      config_(config),
      shards_(shards),
      inbox_(connection.new_inbox()),
      bell_(runtime.executor()),
      messages_(connection.subscribe(
          inbox_ + ".*", "", [this](Message message) { on_message(std::move(message)); })) {}

awaitable<void> StreamReader::turn() {
  for (unsigned shard = 0; shard < shard_count; ++shard) {
    if (is_due(shard)) co_await pull_more(shard);
  }
  co_await bell_.wait_for(look_interval);
}

bool StreamReader::is_due(unsigned shard) const {
  const auto& pull = pulls_[shard];
  const auto now = Clock::now();
  return shards_[shard]->is_held() && shards_[shard]->has_room() &&
         (pull.owed == 0 || now >= pull.ends_at) && now >= pull.not_before;
}

awaitable<void> StreamReader::pull_more(unsigned shard) {
  auto& state = pulls_[shard];
  const auto durable = durable_of(config_, shard);
  if (!state.durable_exists) co_await ensure_durable(connection_, durable);
  state.durable_exists = true;
  pull(connection_, durable, inbox_ + '.' + std::to_string(shard), config_.batch_max,
       config_.pull_wait);
  state.owed = config_.batch_max;
  state.ends_at = Clock::now() + config_.pull_wait + grace;
}

// Events come under the subject of the stream, statuses under the inbox.
void StreamReader::on_message(Message message) {
  if (message.subject.starts_with(inbox_)) return on_status(message);
  if (auto numbered = from_message(config_.producer, message)) {
    return on_event(*std::move(numbered), std::move(message.reply_to));
  }
  telemetry::warn("bus.foreign_message", {{"subject", message.subject}});
  acknowledge(connection_, message.reply_to);
}

void StreamReader::on_event(Numbered numbered, std::string acknowledge_to) {
  const auto shard = numbered.event.shard();
  auto& owed = pulls_[shard].owed;
  if (owed > 0) --owed;
  if (owed == 0) bell_.ring();
  shards_[shard]->arrive(std::move(numbered), std::move(acknowledge_to));
}

void StreamReader::on_status(const Message& message) {
  const auto token = std::string_view{message.subject}.substr(inbox_.size() + 1);
  unsigned shard = shard_count;
  std::from_chars(token.data(), token.data() + token.size(), shard);
  if (shard >= shard_count) return;
  auto& state = pulls_[shard];
  state.owed = 0;
  const bool expired = message.header("Status") == "408";
  if (!expired) {
    state.durable_exists = false;
    state.not_before = Clock::now() + pause_after_error;
  }
  bell_.ring();
}

}  // namespace platform::bus
