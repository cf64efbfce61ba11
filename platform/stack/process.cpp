#include "platform/stack/process.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <signal.h>
#include <sys/wait.h>

namespace platform::stack {
namespace {

using namespace std::chrono_literals;
constexpr auto poll_interval = 5ms;
constexpr auto kill_patience = 10s;

struct Status {
  char state = 'X';
  int threads = 0;
  std::uint64_t start_ticks = 0;

  /// A process whose first thread has ended is told as a zombie while others are still ending, and
  /// hold its sockets and files.
  bool has_ended() const { return state == 'X' || (state == 'Z' && threads <= 1); }
};

/// From /proc/<pid>/stat, whose second field is a name that may contain anything.
std::optional<Status> status_of(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest{text.substr(name_end + 1)};
  const std::vector<std::string> fields{std::istream_iterator<std::string>{rest}, {}};
  constexpr std::size_t state_field = 0;
  constexpr std::size_t threads_field = 17;
  constexpr std::size_t start_field = 19;
  if (fields.size() <= start_field) return {};
  return Status{.state = fields[state_field].front(),
                .threads = std::stoi(fields[threads_field]),
                .start_ticks = std::stoull(fields[start_field])};
}

std::vector<ProcessId> tree_of(const ProcessId& root) {
  std::vector<ProcessId> tree;
  const auto number = std::to_string(root.pid);
  std::ifstream children{"/proc/" + number + "/task/" + number + "/children"};
  for (pid_t pid = 0; children >> pid;) {
    if (const auto child = find_process(pid)) tree.push_back(*child);
  }
  tree.push_back(root);
  return tree;
}

void signal_all(const std::vector<ProcessId>& processes, int signal) {
  for (const auto& process : processes) {
    if (process.is_running()) ::kill(process.pid, signal);
  }
}

bool wait_until_gone(const std::vector<ProcessId>& processes, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (std::ranges::any_of(processes, &ProcessId::is_running)) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(poll_interval);
  }
  return true;
}

}  // namespace

std::optional<ProcessId> find_process(pid_t pid) {
  const auto status = status_of(pid);
  if (!status) return {};
  return ProcessId{.pid = pid, .start_ticks = status->start_ticks};
}

bool ProcessId::is_running() const {
  const auto status = status_of(pid);
  return status && status->start_ticks == start_ticks && !status->has_ended();
}

// Stopped first, the parent makes no more children while they are counted.
void signal_tree(const ProcessId& process, int signal) {
  signal_all({process}, SIGSTOP);
  signal_all(tree_of(process), signal);
}

void kill_tree(const ProcessId& process) {
  signal_all({process}, SIGSTOP);
  const auto tree = tree_of(process);
  signal_all(tree, SIGKILL);
  wait_until_gone(tree, kill_patience);
  waitpid(process.pid, nullptr, WNOHANG);
}

void stop_tree(const ProcessId& process, int signal, std::chrono::milliseconds patience) {
  signal_tree(process, SIGCONT);
  signal_all({process}, signal);
  if (!wait_until_gone({process}, patience)) kill_tree(process);
  waitpid(process.pid, nullptr, WNOHANG);
}

}  // namespace platform::stack
