#pragma once

/// One server of the stack: its port, its process, and starting it until it answers. Internal to
/// this folder; blocks.

#include <memory>
#include <string>

#include "platform/stack/server.hpp"

namespace platform::stack {

class Supervised {
 public:
  /// `asked_port` is the user's choice, or 0; `kept_port` that of the last run, or 0.
  Supervised(const Place& place, Nursery& nursery, std::unique_ptr<ServerKind> kind, int asked_port,
             int kept_port);

  /// Ends what a run that was killed has left behind in this folder.
  void end_orphan();

  /// Returns when the server answers. Throws CannotStart.
  void start();

  void kill();
  void pause();
  void resume();
  void stop();

  int port() const { return port_; }

 private:
  void choose_port();
  bool becomes_free() const;
  void spawn();
  bool answers_in_time() const;
  [[noreturn]] void give_up(const std::string& why) const;
  std::filesystem::path process_file() const;

  const Place& place_;
  Nursery& nursery_;
  std::unique_ptr<ServerKind> kind_;
  int asked_port_;
  int port_;
  bool is_known_ = false;  ///< Somebody may have been told the port: from now on it stays.
  int stop_signal_ = 15;
  ProcessId process_;
};

}  // namespace platform::stack
