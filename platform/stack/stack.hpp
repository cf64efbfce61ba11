#pragma once

/// Real PostgreSQL, Redis and nats-server as private child processes with their data in one folder,
/// for `nebengjek up`, for tests, and for chaos tests that need something to kill. A child dies
/// with this process. Nothing on the machine is enabled, replaced or listened to from outside: all
/// bind to loopback.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace platform::stack {

enum class Server : std::uint8_t { postgres, redis, nats };

struct Config {
  std::filesystem::path data_folder;
  /// Where the server programs are looked for before PATH: ".dev/sysroot".
  std::filesystem::path sysroot;
  int postgres_port = 0;  ///< 0: a free one is chosen, and kept for this data folder.
  int redis_port = 0;
  int nats_port = 0;
  std::string database = "nebengjek";
  /// Written to the NATS server's configuration under `authorization { users [...] }`; empty: none.
  std::string nats_users;
  /// Faster and unsafe (fsync off): for tests that do not cut the power.
  bool durable = true;
  std::chrono::milliseconds start_timeout{20000};
};

/// A sentence for the person at the terminal: what is missing or taken, and what to do about it.
struct CannotStart : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Addresses {
  int postgres_port = 0;
  std::string postgres_user;  ///< The administrator.
  std::string postgres_password;
  int redis_port = 0;
  std::string redis_password;
  int nats_port = 0;
};

class Stack {
 public:
  virtual ~Stack() = default;  ///< Stops what still runs.

  virtual const Addresses& addresses() const = 0;

  /// For tests that break things. Waits until the server answers again / is gone.
  virtual void start(Server server) = 0;
  virtual void kill(Server server) = 0;    ///< SIGKILL
  virtual void pause(Server server) = 0;   ///< SIGSTOP
  virtual void resume(Server server) = 0;  ///< SIGCONT

  /// Stops all three cleanly, newest first.
  virtual void stop() = 0;
};

/// Starts all three, creating the data folder on first use, and returns when each answers. Throws
/// CannotStart.
std::unique_ptr<Stack> start_stack(const Config& config);

}  // namespace platform::stack
