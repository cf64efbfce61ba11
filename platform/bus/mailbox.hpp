#pragma once

/// Hands messages from the threads of the NATS library to the one thread that subscribed, in their
/// order. The only object of this folder that two threads share.

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "platform/bus/connection.hpp"

namespace platform::bus {

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  /// Keeps at most `capacity` messages that have not been handled; then the oldest give way.
  Mailbox(boost::asio::any_io_executor executor, std::string subject, std::size_t capacity,
          MessageHandler handler);

  /// From any thread.
  void put(Message message);

  /// On the subscriber's thread, also from within the handler, which does not run again.
  void close();

 private:
  void schedule();
  void deliver();
  std::deque<Message> take_some();
  void report_lost();

  const boost::asio::any_io_executor executor_;
  const std::string subject_;
  const std::size_t capacity_;

  // The subscriber's thread alone: what the handler captured must also be destroyed there.
  MessageHandler handler_;
  bool delivering_ = false;

  std::mutex mutex_;  // guards what follows
  std::deque<Message> waiting_;
  std::size_t lost_ = 0;
  bool scheduled_ = false;
  bool closed_ = false;
};

}  // namespace platform::bus
