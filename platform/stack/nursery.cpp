#include "platform/stack/nursery.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/stack/descriptor.hpp"
#include "platform/stack/stack.hpp"

namespace platform::stack {
namespace {

namespace fs = std::filesystem;

/// What execve takes; prepared before the fork, because a child of a process with threads may not
/// allocate.
class Strings {
 public:
  explicit Strings(std::vector<std::string> texts) : texts_(std::move(texts)) {
    for (auto& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
  }
  char* const* data() const { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

std::vector<std::string> arguments_of(const Launch& launch) {
  std::vector<std::string> arguments{launch.program.path.string()};
  arguments.insert(arguments.end(), launch.arguments.begin(), launch.arguments.end());
  return arguments;
}

std::vector<std::string> environment_of(const Launch& launch) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text{*entry};
    // The servers' own variables are not for those started here.
    if (!text.starts_with("PG") && !text.starts_with("LD_LIBRARY_PATH=")) {
      environment.emplace_back(text);
    }
  }
  if (!launch.program.library_path.empty()) {
    environment.push_back("LD_LIBRARY_PATH=" + launch.program.library_path);
  }
  return environment;
}

void reset_signals() {
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD}) {
    signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool redirect(int input, int output) {
  return dup2(input, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2;
}

/// The child's life between fork and exec: async-signal-safe calls only. A group of its own keeps
/// it from the terminal's Ctrl-C, so that servers end after the services that use them.
void become(const Launch& launch, pid_t parent, char* const* arguments, char* const* environment) {
  setpgid(0, 0);
  reset_signals();
  if (!assume(launch.identity)) return;
  if (prctl(PR_SET_PDEATHSIG, launch.stop_signal) != 0) return;
  if (getppid() != parent) _exit(1);  // It died before the line above.
  execve(arguments[0], arguments, environment);
}

/// Forks; `failure` is a pipe that closes by itself when exec succeeds, and else gets errno.
pid_t fork_child(const Launch& launch, int log, int failure) {
  const Descriptor null{open("/dev/null", O_RDONLY | O_CLOEXEC)};
  const Strings arguments{arguments_of(launch)};
  const Strings environment{environment_of(launch)};
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  if (redirect(null.number(), log)) become(launch, parent, arguments.data(), environment.data());
  const int reason = errno;
  _exit(write(failure, &reason, sizeof reason) > 0 ? 127 : 126);
}

pid_t spawn(const Launch& launch) {
  const Descriptor log{open(launch.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
  int pipe_ends[2] = {-1, -1};
  if (log.number() < 0 || pipe2(pipe_ends, O_CLOEXEC) != 0) {
    throw CannotStart{launch.log.string() + ": " + std::strerror(errno)};
  }
  const Descriptor from_child{pipe_ends[0]};
  Descriptor to_parent{pipe_ends[1]};
  const pid_t child = fork_child(launch, log.number(), to_parent.number());
  to_parent.close();
  int reason = errno;
  if (child > 0 && read(from_child.number(), &reason, sizeof reason) <= 0) return child;
  if (child > 0) waitpid(child, nullptr, 0);
  throw CannotStart{launch.program.path.string() + ": " + std::strerror(reason)};
}

}  // namespace

ProcessId Nursery::start(const Launch& launch) {
  const pid_t pid =
      boost::asio::post(thread_, boost::asio::use_future([&] { return spawn(launch); })).get();
  return find_process(pid).value_or(ProcessId{.pid = pid});
}

void Nursery::run(const Launch& launch) {
  const auto process = start(launch);
  int status = 1;
  waitpid(process.pid, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  throw CannotStart{launch.program.path.string() + " failed: " + tail_of(launch.log)};
}

std::string tail_of(const fs::path& log) {
  constexpr std::size_t lines_max = 5;
  std::ifstream file{log};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  std::string tail = log.string();
  const auto skipped = lines.size() - std::min(lines.size(), lines_max);
  for (std::size_t i = skipped; i < lines.size(); ++i) tail += "\n  " + lines[i];
  return tail;
}

}  // namespace platform::stack
