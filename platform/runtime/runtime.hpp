#pragma once

/// What one thread of one role has: its executor, its clock, its randomness and the owner of its
/// coroutines. Threads share nothing that changes; a service is made once per thread, on it.

#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "platform/runtime/clock.hpp"
#include "platform/runtime/entropy.hpp"
#include "platform/runtime/task_group.hpp"

namespace platform::runtime {

class Runtime {
 public:
  /// `instance` names this thread of this process among all others: "rides-3f9c-0".
  Runtime(boost::asio::any_io_executor executor, std::string instance)
      : instance_(std::move(instance)), tasks_(std::move(executor)) {}

  boost::asio::any_io_executor executor() const { return tasks_.executor(); }
  const Clock& clock() const { return system_clock(); }
  Entropy& entropy() const { return system_entropy(); }
  TaskGroup& tasks() { return tasks_; }
  const std::string& instance() const { return instance_; }
  base::Instant now() const { return clock().now(); }

  template <class IdType>
  IdType new_id() const {
    return runtime::new_id<IdType>(clock(), entropy());
  }

 private:
  std::string instance_;
  TaskGroup tasks_;
};

}  // namespace platform::runtime
