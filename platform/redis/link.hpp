#pragma once

/// Keeps a session with the server: a new one whenever the last has ended. Shared by the client and
/// the coroutine that does it. Internal to this folder.

#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "platform/redis/session.hpp"
#include "platform/runtime/runtime.hpp"

namespace platform::redis {

class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(runtime::Runtime& runtime, Config config);

  void start();

  /// Sends commands as Session::ask does. Fails at once while there is no session, except that the
  /// very first is waited for.
  awaitable<std::vector<Answer>> ask(std::vector<Command> commands);

  void close();

 private:
  static awaitable<void> keep(std::shared_ptr<Link> self);
  awaitable<void> open_and_serve();
  awaitable<void> pause();
  awaitable<void> wait_for_first();
  bool has_session() const { return ready_ && !session_->has_ended(); }
  void lose(const std::string& reason);

  runtime::Runtime& runtime_;
  Config config_;
  std::shared_ptr<Session> session_;
  bool tried_ = false;  // At least once, whatever came of it.
  bool ready_ = false;  // Signed in.
  bool closed_ = false;
  unsigned failures_ = 0;  // Since the last session.
  std::string why_none_ = "there is no connection to Redis yet";
  boost::asio::steady_timer first_tried_;
  boost::asio::steady_timer pause_;
};

}  // namespace platform::redis
