#pragma once

/// Keeps the stream sending to the shards that are held here. A pull stays open until it has
/// brought a batch or has expired, so that an event comes as soon as it is published.

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "platform/bus/bell.hpp"
#include "platform/bus/connection.hpp"
#include "platform/bus/jetstream.hpp"
#include "platform/bus/reaction.hpp"
#include "platform/bus/shard_consumer.hpp"

namespace platform::bus {

class StreamReader {
 public:
  using Shards = std::vector<std::unique_ptr<ShardConsumer>>;

  StreamReader(runtime::Runtime& runtime, Connection& connection, const ConsumerConfig& config,
               const Shards& shards);

  /// A shard is held now, or has room.
  void wake() { bell_.ring(); }

  /// Pulls where that is due; then waits, not for long. Throws Unavailable.
  awaitable<void> turn();

 private:
  using Clock = std::chrono::steady_clock;

  struct Pull {
    std::size_t owed = 0;         ///< How many the server may still send for it.
    Clock::time_point ends_at{};  ///< Then it is over, even if nobody said so.
    Clock::time_point not_before{};
    bool durable_exists = false;
  };

  bool is_due(unsigned shard) const;
  awaitable<void> pull_more(unsigned shard);
  void on_message(Message message);
  void on_event(Numbered numbered, std::string acknowledge_to);
  void on_status(const Message& message);

  Connection& connection_;
  const ConsumerConfig& config_;
  const Shards& shards_;
  const std::string inbox_;
  std::array<Pull, shard_count> pulls_{};
  Bell bell_;
  std::unique_ptr<Subscription> messages_;
};

}  // namespace platform::bus
