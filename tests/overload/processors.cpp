#include "tests/overload/processors.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <unistd.h>

namespace tests::overload {
namespace {

namespace fs = std::filesystem;

struct Process {
  int parent = 0;
  double seconds = 0;
};

double seconds_of(double ticks) { return ticks / static_cast<double>(sysconf(_SC_CLK_TCK)); }

/// Of /proc/<pid>/stat, where the name in parentheses may hold anything.
Process read_process(const fs::path& folder) {
  std::ifstream file{folder / "stat"};
  std::string text;
  std::getline(file, text);
  std::istringstream fields{text.substr(std::min(text.rfind(')') + 1, text.size()))};
  std::string state;
  Process process;
  fields >> state >> process.parent;
  constexpr int between_parent_and_times = 9;
  std::string skipped;
  for (int i = 0; i < between_parent_and_times; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  process.seconds = seconds_of(user + system);
  return process;
}

std::map<int, Process> all_processes() {
  std::map<int, Process> processes;
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const auto name = entry.path().filename().string();
    if (std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c); })) {
      processes[std::stoi(name)] = read_process(entry.path());
    }
  }
  return processes;
}

bool descends(const std::map<int, Process>& processes, int pid, int from) {
  for (auto found = processes.find(pid); found != processes.end();
       found = processes.find(found->second.parent)) {
    if (found->second.parent == from) return true;
  }
  return false;
}

/// "cpu  user nice system idle iowait irq softirq steal ...": steal is the hypervisor's.
void add_machine(ProcessorTime& time) {
  std::ifstream file{"/proc/stat"};
  std::string name;
  double user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, soft = 0;
  file >> name >> user >> nice >> system >> idle >> waiting >> interrupts >> soft;
  time.everybody = seconds_of(user + nice + system + interrupts + soft);
  time.nobody = seconds_of(idle + waiting);
}

}  // namespace

ProcessorTime processor_time() {
  ProcessorTime time;
  const auto self = static_cast<int>(getpid());
  const auto processes = all_processes();
  for (const auto& [pid, process] : processes) {
    if (pid == self) time.clients += process.seconds;
    if (descends(processes, pid, self)) time.backend += process.seconds;
  }
  add_machine(time);
  return time;
}

}  // namespace tests::overload
