#include <signal.h>

#include "platform/stack/port.hpp"
#include "platform/stack/server.hpp"
#include "platform/stack/settings_file.hpp"

namespace platform::stack {
namespace {

namespace fs = std::filesystem;

class RedisServer final : public ServerKind {
 public:
  explicit RedisServer(const Place& place)
      : place_(place),
        program_(find_program(place.config.sysroot, "redis-server")),
        configuration_(place.folder("redis") / "redis.conf") {}

  std::string name() const override { return "redis"; }

  // Nothing is saved: what is kept in Redis can be rebuilt, and restarts prove it.
  void prepare(int port) override {
    const auto folder = configuration_.parent_path();
    fs::create_directories(folder);
    write_lines(configuration_, {
                                    "bind 127.0.0.1",
                                    "port " + std::to_string(port),
                                    "requirepass " + place_.redis_password,
                                    "dir \"" + folder.string() + "\"",
                                    "save \"\"",
                                    "appendonly no",
                                    "maxmemory 512mb",
                                    "maxmemory-policy noeviction",
                                });
  }

  Launch launch(int /*port*/) const override {
    return {.program = program_,
            .arguments = {configuration_},
            .log = place_.log(name()),
            .identity = {},
            .stop_signal = SIGTERM};
  }

  bool answers(int port) const override {
    return answers_with(port, "AUTH " + place_.redis_password + "\r\nPING\r\n", "+PONG");
  }

 private:
  const Place& place_;
  Program program_;
  fs::path configuration_;
};

}  // namespace

std::unique_ptr<ServerKind> make_redis(const Place& place) {
  return std::make_unique<RedisServer>(place);
}

}  // namespace platform::stack
