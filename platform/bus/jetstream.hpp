#pragma once

/// The little that is needed of JetStream, over publish and subscribe: a stream for each service,
/// publishing with acknowledgements, and durable pull consumers.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/bus/bell.hpp"
#include "platform/bus/connection.hpp"

namespace platform::bus {

struct StreamConfig {
  std::string service;
  std::int64_t bytes_max = 0;
  int replicas = 1;
};

/// Creates the stream of a service's events, or brings it up to this configuration: in files, the
/// oldest leave after an hour or when there are too many. Throws Unavailable.
awaitable<void> ensure_stream(Connection& connection, const StreamConfig& config);

struct DurableConfig {
  std::string producer;
  std::string name;
  unsigned shard = 0;
  std::size_t unacknowledged_max = 0;
};

/// Creates the durable consumer of one shard, if it is missing. Throws Unavailable, also when there
/// is no stream.
awaitable<void> ensure_durable(Connection& connection, const DurableConfig& config);

/// Asks for `count` messages at `inbox`, as they come, until `expires`. Then, and when the durable
/// is missing, comes a message with the header Status. Throws Unavailable.
void pull(Connection& connection, const DurableConfig& config, const std::string& inbox,
          std::size_t count, std::chrono::milliseconds expires);

/// Acknowledges a message by its `reply_to`. May be lost: then the message comes again.
void acknowledge(Connection& connection, const std::string& reply_to);

/// Publishes to the stream, one batch at a time.
class StreamPublisher {
 public:
  StreamPublisher(runtime::Runtime& runtime, Connection& connection);

  /// Says of each message whether the stream is known to hold it; waits for that at most `limit`.
  awaitable<std::vector<bool>> publish(const std::vector<Message>& messages,
                                       std::chrono::milliseconds limit);

 private:
  void on_answer(const Message& answer);

  Connection& connection_;
  const std::string inbox_;
  Bell all_answered_;
  std::uint64_t first_token_ = 0;  // Of this batch: late answers to the last one have lower tokens.
  std::vector<bool> stored_;
  std::size_t unanswered_ = 0;
  std::unique_ptr<Subscription> answers_;
};

}  // namespace platform::bus
