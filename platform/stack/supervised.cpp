#include "platform/stack/supervised.hpp"

#include <fstream>
#include <thread>
#include <utility>

#include <signal.h>

#include "platform/stack/port.hpp"
#include "platform/stack/settings_file.hpp"

namespace platform::stack {
namespace {

using namespace std::chrono_literals;
constexpr auto poll_interval = 10ms;
constexpr auto stop_patience = 10s;
constexpr auto port_patience = 10s;
constexpr auto pause_between_attempts = 200ms;
constexpr int attempts_max = 5;

}  // namespace

Supervised::Supervised(const Place& place, Nursery& nursery, std::unique_ptr<ServerKind> kind,
                       int asked_port, int kept_port)
    : place_(place),
      nursery_(nursery),
      kind_(std::move(kind)),
      asked_port_(asked_port),
      port_(asked_port ? asked_port : kept_port) {}

void Supervised::end_orphan() {
  std::ifstream file{process_file()};
  ProcessId orphan;
  if (file >> orphan.pid >> orphan.start_ticks) kill_tree(orphan);
}

// A server may end at once because its port was taken in the last moment, or because what its
// predecessor's children hold is not free yet. Both pass.
void Supervised::start() {
  for (int attempt = 1;; ++attempt) {
    choose_port();
    kind_->prepare(port_);
    spawn();
    if (answers_in_time()) {
      is_known_ = true;
      return kind_->greet(port_);
    }
    stop();
    if (attempt == attempts_max) give_up("does not start");
    std::this_thread::sleep_for(pause_between_attempts);
  }
}

void Supervised::choose_port() {
  if (port_ != 0 && is_free(port_)) return;
  if (is_known_ && becomes_free()) return;
  if (is_known_) give_up("was known at a port that another program has taken");
  if (asked_port_ != 0) {
    throw CannotStart{"port " + std::to_string(port_) + ", which was asked for " + kind_->name() +
                      ", is taken by another program. Ask for another, or for 0, which takes one "
                      "that is free."};
  }
  port_ = any_free_port();
}

/// Whoever has taken the port since may be done with it soon, as a client is that was given it.
bool Supervised::becomes_free() const {
  const auto end = std::chrono::steady_clock::now() + port_patience;
  while (!is_free(port_)) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(poll_interval);
  }
  return true;
}

void Supervised::spawn() {
  const auto launch = kind_->launch(port_);
  stop_signal_ = launch.stop_signal;
  process_ = nursery_.start(launch);
  write_private(process_file(),
                std::to_string(process_.pid) + " " + std::to_string(process_.start_ticks) + "\n");
}

bool Supervised::answers_in_time() const {
  const auto end = std::chrono::steady_clock::now() + place_.config.start_timeout;
  while (process_.is_running()) {
    if (kind_->answers(port_)) return true;
    if (std::chrono::steady_clock::now() > end) give_up("did not answer in time");
    std::this_thread::sleep_for(poll_interval);
  }
  return false;
}

void Supervised::give_up(const std::string& why) const {
  throw CannotStart{kind_->name() + " " + why + ". " + tail_of(place_.log(kind_->name()))};
}

void Supervised::kill() { kill_tree(process_); }
void Supervised::pause() { signal_tree(process_, SIGSTOP); }
void Supervised::resume() { signal_tree(process_, SIGCONT); }

void Supervised::stop() {
  if (process_.pid == 0) return;
  stop_tree(process_, stop_signal_, stop_patience);
  process_ = {};
}

std::filesystem::path Supervised::process_file() const {
  return place_.config.data_folder / "run" / (kind_->name() + ".pid");
}

}  // namespace platform::stack
