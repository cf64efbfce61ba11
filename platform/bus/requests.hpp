#pragma once

/// The answers that one thread waits for. All come by one subscription to `<inbox>.*`, whose last
/// token tells which request is answered.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "platform/bus/connection.hpp"

namespace platform::bus {

class Requests {
 public:
  Requests(boost::asio::any_io_executor executor, std::string inbox, std::size_t pending_max);

  /// An answer has come. Late ones are dropped.
  void deliver(Message message);

  /// Nobody will be answered any more.
  void close();

 private:
  friend class PendingRequest;

  boost::asio::any_io_executor executor_;
  const std::string inbox_;
  const std::size_t pending_max_;
  std::uint64_t last_token_ = 0;
  std::unordered_map<std::uint64_t, class PendingRequest*> pending_;
};

/// Waits for one answer to its own subject, which exists as long as it does.
class PendingRequest {
 public:
  /// Throws Unavailable when too many are pending.
  explicit PendingRequest(std::shared_ptr<Requests> requests);
  ~PendingRequest();
  PendingRequest(const PendingRequest&) = delete;
  PendingRequest& operator=(const PendingRequest&) = delete;

  const std::string& reply_to() const { return reply_to_; }

  /// The answer; empty when none came within `limit`. Completes at once when cancelled. Only once.
  awaitable<std::optional<Message>> answer(std::chrono::milliseconds limit);

 private:
  friend class Requests;

  std::shared_ptr<Requests> requests_;
  std::uint64_t token_;
  std::string reply_to_;
  std::optional<Message> answer_;
  boost::asio::steady_timer timer_;
};

}  // namespace platform::bus
