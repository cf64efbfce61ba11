#pragma once

/// One TCP connection to Redis, shared by the coroutines of a thread: requests go out in the order
/// in which they are made, and answers belong to them in that order. Internal to this folder.

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "platform/redis/client.hpp"
#include "platform/redis/protocol.hpp"

namespace platform::redis {

/// No answer in time, from a server that had been reached.
struct SilentServer : Unavailable {
  using Unavailable::Unavailable;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(const boost::asio::any_io_executor& executor) : socket_(executor) {}

  /// Connects and signs in within `config.connect_timeout`. Throws Unavailable.
  awaitable<void> open(const Config& config);

  /// Hands answers to those who asked, until the connection ends; returns why it did.
  awaitable<std::string> serve();

  /// Sends `count` commands and waits for their answers. When they don't come in time the
  /// connection ends, since a server that stalls one command stalls them all. Who is cancelled
  /// leaves at once; the answers are then read and dropped. Throws Unavailable.
  awaitable<std::vector<Answer>> ask(std::string request, std::size_t count,
                                     std::chrono::milliseconds limit);

  /// Closes the connection. Everyone who waits for an answer learns `reason`.
  void end(const std::string& reason);

  bool has_ended() const { return !end_reason_.empty(); }

  /// Commands that await their answers.
  std::size_t outstanding() const { return outstanding_; }

 private:
  struct Question;

  awaitable<void> connect(const Config& config);
  awaitable<void> sign_in(const Config& config);
  awaitable<Answer> read_answer();
  awaitable<void> read_some();
  void deliver(Answer answer);
  void send(const std::string& request);
  void write();

  boost::asio::ip::tcp::socket socket_;
  Parser parser_;
  std::array<char, 16'384> received_{};
  std::deque<std::shared_ptr<Question>> questions_;  // In the order of their requests.
  std::size_t outstanding_ = 0;
  std::string unsent_;
  std::string being_sent_;
  std::string end_reason_;
};

}  // namespace platform::redis
