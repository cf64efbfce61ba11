#include "platform/stack/stack.hpp"

#include <array>
#include <future>
#include <ranges>
#include <utility>
#include <vector>

#include "platform/runtime/entropy.hpp"
#include "platform/stack/folder_lock.hpp"
#include "platform/stack/settings_file.hpp"
#include "platform/stack/supervised.hpp"

namespace platform::stack {
namespace {

namespace fs = std::filesystem;

std::string new_password() {
  constexpr std::string_view alphabet = "abcdefghijkmnopqrstuvwxyz23456789";
  constexpr int length = 26;
  std::string password;
  for (int i = 0; i < length; ++i) {
    password += alphabet[runtime::system_entropy().below(alphabet.size())];
  }
  return password;
}

/// stack.env is for people and scripts, and for the next run: ports and passwords stay.
class Environment {
 public:
  explicit Environment(const fs::path& folder)
      : file_(folder / "stack.env"), kept_(read_settings(file_)) {
    if (fs::exists(folder / "postgres") && !kept_.contains("PGPASSWORD")) {
      throw CannotStart{file_.string() + ", which holds the password of " +
                        (folder / "postgres").string() + ", is missing. Restore it, or remove " +
                        folder.string() + " to begin anew."};
    }
    for (const char* name : {"PGPASSWORD", "REDIS_PASSWORD"}) {
      if (kept_[name].empty()) kept_[name] = new_password();
    }
    write_settings(file_, kept_);
  }

  const std::string& password(const char* name) { return kept_[name]; }
  int port(const char* name) const {
    const auto found = kept_.find(name);
    return found == kept_.end() ? 0 : std::stoi(found->second);
  }
  void keep(const Addresses& addresses, const std::string& database) {
    kept_["PGHOST"] = "127.0.0.1";
    kept_["PGPORT"] = std::to_string(addresses.postgres_port);
    kept_["PGUSER"] = addresses.postgres_user;
    kept_["PGDATABASE"] = database;
    kept_["REDIS_PORT"] = std::to_string(addresses.redis_port);
    kept_["NATS_PORT"] = std::to_string(addresses.nats_port);
    write_settings(file_, kept_);
  }

 private:
  fs::path file_;
  Settings kept_;
};

/// The folder as an absolute path, with what is in it from the start.
Config prepared(Config config) {
  config.data_folder = fs::absolute(config.data_folder);
  fs::create_directories(config.data_folder / "log");
  fs::create_directories(config.data_folder / "run");
  fs::permissions(config.data_folder, fs::perms::owner_all);
  return config;
}

class LocalStack final : public Stack {
 public:
  explicit LocalStack(const Config& config)
      : place_{.config = prepared(config), .postgres_password = "", .redis_password = ""},
        lock_(place_.config.data_folder),
        environment_(place_.config.data_folder) {
    place_.postgres_password = environment_.password("PGPASSWORD");
    place_.redis_password = environment_.password("REDIS_PASSWORD");
    add(make_postgres(place_, nursery_), config.postgres_port, "PGPORT");
    add(make_redis(place_), config.redis_port, "REDIS_PORT");
    add(make_nats(place_, nursery_), config.nats_port, "NATS_PORT");
    start_all();
    publish_addresses();
  }
  ~LocalStack() override { stop(); }

  const Addresses& addresses() const override { return addresses_; }
  void start(Server server) override { at(server).start(); }
  void kill(Server server) override { at(server).kill(); }
  void pause(Server server) override { at(server).pause(); }
  void resume(Server server) override { at(server).resume(); }
  void stop() override {
    for (auto& server : supervised_ | std::views::reverse) server->stop();
  }

 private:
  Supervised& at(Server server) { return *supervised_[static_cast<std::size_t>(server)]; }

  void add(std::unique_ptr<ServerKind> kind, int asked_port, const char* port_name) {
    supervised_.push_back(std::make_unique<Supervised>(place_, nursery_, std::move(kind),
                                                       asked_port, environment_.port(port_name)));
  }

  // At once, because each waits mostly for its own disk. Who fails first is who is reported.
  void start_all() {
    std::vector<std::future<void>> starts;
    for (auto& server : supervised_) {
      starts.push_back(std::async(std::launch::async, [&server] {
        server->end_orphan();
        server->start();
      }));
    }
    for (auto& start : starts) start.wait();
    try {
      for (auto& start : starts) start.get();
    } catch (...) {
      stop();
      throw;
    }
  }

  void publish_addresses() {
    addresses_ = {.postgres_port = at(Server::postgres).port(),
                  .postgres_user = administrator,
                  .postgres_password = place_.postgres_password,
                  .redis_port = at(Server::redis).port(),
                  .redis_password = place_.redis_password,
                  .nats_port = at(Server::nats).port()};
    environment_.keep(addresses_, place_.config.database);
  }

  Place place_;
  FolderLock lock_;
  Environment environment_;
  Nursery nursery_;
  std::vector<std::unique_ptr<Supervised>> supervised_;  // In the order of Server.
  Addresses addresses_;
};

}  // namespace

std::unique_ptr<Stack> start_stack(const Config& config) {
  return std::make_unique<LocalStack>(config);
}

}  // namespace platform::stack
