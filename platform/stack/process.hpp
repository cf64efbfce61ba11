#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <sys/types.h>

namespace platform::stack {

/// A process, told from a later one with the same number by the moment at which it started.
struct ProcessId {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;

  /// Whether it still runs, with all its threads; one that has ended and waits to be reaped does
  /// not.
  bool is_running() const;
};

/// The process that has this number now.
std::optional<ProcessId> find_process(pid_t pid);

/// Sends `signal` to the process and its children: PostgreSQL works in children.
void signal_tree(const ProcessId& process, int signal);

/// SIGKILL to the process and its children; returns when they are gone.
void kill_tree(const ProcessId& process);

/// Asks the process to end in order, and kills the tree when that takes longer than `patience`.
void stop_tree(const ProcessId& process, int signal, std::chrono::milliseconds patience);

}  // namespace platform::stack
