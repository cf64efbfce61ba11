#include <fstream>

#include <signal.h>

#include "platform/stack/port.hpp"
#include "platform/stack/server.hpp"
#include "platform/stack/settings_file.hpp"

namespace platform::stack {
namespace {

namespace fs = std::filesystem;

class NatsServer final : public ServerKind {
 public:
  NatsServer(const Place& place, Nursery& nursery)
      : place_(place),
        nursery_(nursery),
        program_(find_program(place.config.sysroot, "nats-server")),
        configuration_(place.folder("nats") / "nats.conf") {}

  std::string name() const override { return "nats"; }

  void prepare(int port) override {
    const auto folder = configuration_.parent_path();
    fs::create_directories(folder);
    write_lines(configuration_, {
                                    "listen: \"127.0.0.1:" + std::to_string(port) + "\"",
                                    "server_name: \"nebengjek\"",
                                    "max_payload: 1MB",
                                    "jetstream {",
                                    "  store_dir: \"" + folder.string() + "\"",
                                    "  max_memory_store: 64MB",
                                    "  max_file_store: 2GB",
                                    synchronisation(),
                                    "}",
                                    authorization(),
                                });
  }

  Launch launch(int /*port*/) const override {
    return {.program = program_,
            .arguments = {"-c", configuration_},
            .log = place_.log(name()),
            .identity = {},
            .stop_signal = SIGTERM};
  }

  bool answers(int port) const override { return answers_with(port, "", "INFO {"); }

 private:
  std::string synchronisation() {
    return place_.config.durable && can_sync_always() ? "  sync_interval: always" : "";
  }

  std::string authorization() const {
    if (place_.config.nats_users.empty()) return "";
    return "authorization {\n  users = [\n" + place_.config.nats_users + "\n  ]\n}";
  }

  /// Servers before 2.10 write to disk once a minute, and refuse a setting that they don't know.
  bool can_sync_always() {
    const auto log = place_.log("nats-version");
    fs::remove(log);
    nursery_.run({.program = program_, .arguments = {"--version"}, .log = log, .identity = {}});
    std::ifstream file{log};
    int major = 0;
    int minor = 0;
    char dot = 0;
    file.ignore(sizeof "nats-server: v" - 1) >> major >> dot >> minor;
    return major > 2 || (major == 2 && minor >= 10);
  }

  const Place& place_;
  Nursery& nursery_;
  Program program_;
  fs::path configuration_;
};

}  // namespace

std::unique_ptr<ServerKind> make_nats(const Place& place, Nursery& nursery) {
  return std::make_unique<NatsServer>(place, nursery);
}

}  // namespace platform::stack
