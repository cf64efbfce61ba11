#pragma once

/// Child processes: started by a thread that outlives them, in a process group of their own, and
/// told to end when this process dies.

#include <filesystem>
#include <string>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "platform/stack/identity.hpp"
#include "platform/stack/process.hpp"
#include "platform/stack/program.hpp"

namespace platform::stack {

struct Launch {
  Program program;
  std::vector<std::string> arguments;
  std::filesystem::path log;  ///< Gets what the program prints.
  Identity identity = {};
  int stop_signal = 15;  ///< What ends the program in order; sent, too, when this process dies.
};

/// Starts children from one thread of its own: the kernel tells children that their parent died
/// when the *thread* that made them does. Destroyed after they have ended.
class Nursery {
 public:
  /// Throws CannotStart.
  ProcessId start(const Launch& launch);

  /// Runs a program to its end. Throws CannotStart when it fails, with what it printed last.
  void run(const Launch& launch);

 private:
  boost::asio::thread_pool thread_{1};
};

/// The last lines of a log, for a message.
std::string tail_of(const std::filesystem::path& log);

}  // namespace platform::stack
