#pragma once

/// Every coroutine has an owner. A TaskGroup starts coroutines on one executor and, at shutdown,
/// cancels them and waits until the last has ended. Used from the executor's thread only.

#include <functional>
#include <list>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include "platform/runtime/awaitable.hpp"

namespace platform::runtime {

class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor executor);
  /// All tasks must have ended: see `join`.
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts `task`. What escapes it, other than its own cancellation, is a bug: it is logged as an
  /// error with the task's name. A group that is stopping starts nothing more.
  void spawn(std::string name, awaitable<void> task);

  /// As above from a function, which is kept alive as long as its coroutine: pass captures freely.
  void spawn(std::string name, std::function<awaitable<void>()> task);

  /// Asks every task to end.
  void cancel();

  /// Cancels, then waits for the last task to end. Names what is still running every five seconds.
  awaitable<void> join();

  std::size_t size() const { return tasks_.size(); }
  boost::asio::any_io_executor executor() const { return executor_; }

 private:
  struct Task {
    std::string name;
    std::function<awaitable<void>()> function;
    boost::asio::cancellation_signal signal;
  };

  void start(std::list<Task>::iterator task, awaitable<void> body);

  boost::asio::any_io_executor executor_;
  std::list<Task> tasks_;
  boost::asio::steady_timer emptied_;
  bool stopping_ = false;
};

}  // namespace platform::runtime
