#include <fstream>

#include <signal.h>

#include "platform/postgres/administration.hpp"
#include "platform/stack/server.hpp"
#include "platform/stack/settings_file.hpp"

namespace platform::stack {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view settings[] = {
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",  // A path in the data folder may be longer than a socket's name.
    "max_connections=300",         "timezone=UTC", "log_timezone=UTC",
    "log_line_prefix=%m [%p] %a ", "jit=off",
};

/// A crash of the machine then loses data. A crash of the server does not, so synchronous_commit
/// stays: without it the last commits are still in the server's memory.
constexpr std::string_view not_durable[] = {
    "fsync=off",
    "full_page_writes=off",
};

class PostgresServer final : public ServerKind {
 public:
  PostgresServer(const Place& place, Nursery& nursery)
      : place_(place),
        nursery_(nursery),
        postgres_(find_program(place.config.sysroot, "postgres")),
        initdb_(find_program(place.config.sysroot, "initdb")),
        data_(place.folder("postgres")),
        unfinished_(place.folder("postgres.new")),
        password_file_(place.folder("postgres.password")) {}

  std::string name() const override { return "postgres"; }

  // A cluster appears under its name when it is complete.
  void prepare(int /*port*/) override {
    const bool is_new = !fs::exists(data_);
    if (is_new) prepare_creation();
    identity_ = identity_for(postgres_.path, place_.config.data_folder);
    if (is_new) create_cluster();
    end_predecessor();
  }

  Launch launch(int port) const override {
    std::vector<std::string> arguments{"-D", data_, "-c", "port=" + std::to_string(port)};
    const auto add = [&](std::string_view setting) {
      arguments.insert(arguments.end(), {"-c", std::string{setting}});
    };
    for (const auto setting : settings) add(setting);
    if (!place_.config.durable) {
      for (const auto setting : not_durable) add(setting);
    }
    return {.program = postgres_,
            .arguments = arguments,
            .log = place_.log(name()),
            .identity = identity_,
            .stop_signal = SIGINT};
  }

  bool answers(int port) const override { return postgres::answers(administrator_on(port)); }

  void greet(int port) override {
    postgres::create_database(administrator_on(port), place_.config.database);
  }

 private:
  postgres::PoolConfig administrator_on(int port) const {
    return {.port = port,
            .database = "postgres",
            .user = administrator,
            .password = place_.postgres_password,
            .schema = "",
            .tls_mode = "disable"};
  }

  /// PostgreSQL will not start beside the process that postmaster.pid names. Nor should it, if that
  /// is a postmaster of this folder; but the number may have become somebody else's.
  void end_predecessor() {
    const auto file = data_ / "postmaster.pid";
    pid_t pid = 0;
    std::ifstream{file} >> pid;
    std::error_code elsewhere;
    const auto process = find_process(pid);
    if (process && fs::equivalent("/proc/" + std::to_string(pid) + "/cwd", data_, elsewhere)) {
      kill_tree(*process);
    }
    fs::remove(file);
  }

  void prepare_creation() {
    fs::remove_all(unfinished_);
    fs::create_directories(unfinished_);
    write_private(password_file_, place_.postgres_password);
  }

  void create_cluster() {
    std::vector<std::string> arguments{
        "--pgdata",      unfinished_, "--username",      administrator, "--auth",
        "scram-sha-256", "--pwfile",  password_file_,    "--encoding",  "UTF8",
        "--locale",      "C.UTF-8",   "--data-checksums"};
    if (!place_.config.durable) arguments.emplace_back("--no-sync");
    nursery_.run({.program = initdb_,
                  .arguments = arguments,
                  .log = place_.log("initdb"),
                  .identity = identity_});
    fs::remove(password_file_);
    fs::rename(unfinished_, data_);
  }

  const Place& place_;
  Nursery& nursery_;
  Program postgres_;
  Program initdb_;
  fs::path data_;
  fs::path unfinished_;
  fs::path password_file_;
  Identity identity_;
};

}  // namespace

std::unique_ptr<ServerKind> make_postgres(const Place& place, Nursery& nursery) {
  return std::make_unique<PostgresServer>(place, nursery);
}

}  // namespace platform::stack
