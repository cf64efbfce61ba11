#pragma once

/// The three kinds of server: how each is prepared, run, and asked whether it is well. Internal to
/// this folder; all of it blocks.

#include <filesystem>
#include <memory>
#include <string>

#include "platform/stack/nursery.hpp"
#include "platform/stack/stack.hpp"

namespace platform::stack {

class ServerKind {
 public:
  virtual ~ServerKind() = default;

  /// "postgres": the name of its folder, log and settings.
  virtual std::string name() const = 0;

  /// Writes what the server needs to start on `port`.
  virtual void prepare(int port) = 0;

  virtual Launch launch(int port) const = 0;
  virtual bool answers(int port) const = 0;

  /// Done once the server answers, at each start.
  virtual void greet(int /*port*/) {}
};

/// Where servers keep their things, and the passwords they are given.
struct Place {
  Config config;
  std::string postgres_password;
  std::string redis_password;

  std::filesystem::path folder(const std::string& name) const { return config.data_folder / name; }
  std::filesystem::path log(const std::string& name) const {
    return config.data_folder / "log" / (name + ".log");
  }
};

inline constexpr auto administrator = "postgres";

std::unique_ptr<ServerKind> make_postgres(const Place& place, Nursery& nursery);
std::unique_ptr<ServerKind> make_redis(const Place& place);
std::unique_ptr<ServerKind> make_nats(const Place& place, Nursery& nursery);

}  // namespace platform::stack
