#include "tests/support/stack_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include <unistd.h>

#include "platform/postgres/administration.hpp"

namespace tests::support {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using platform::postgres::PoolConfig;
using platform::stack::Addresses;

constexpr std::string_view folder_prefix = "nebengjek-test-";
constexpr auto role_password = "test";

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value ? value : otherwise;
}

/// Unique among the tests of this machine: "12345_7".
std::string unique_suffix() {
  static std::atomic<int> counter = 0;
  return std::to_string(getpid()) + "_" + std::to_string(++counter);
}

/// Tests that were killed could not clean up.
void remove_abandoned_folders() {
  for (const auto& entry : fs::directory_iterator{fs::temp_directory_path()}) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(folder_prefix)) continue;
    const auto pid = std::atoi(name.c_str() + folder_prefix.size());
    std::error_code failed;
    if (!fs::exists("/proc/" + std::to_string(pid))) fs::remove_all(entry.path(), failed);
  }
}

/// A stack and its folder, which end with the program.
class TemporaryStack {
 public:
  TemporaryStack() : config_(stack_config()) {
    remove_abandoned_folders();
    stack_ = platform::stack::start_stack(config_);
  }
  ~TemporaryStack() {
    stack_.reset();
    std::error_code failed;
    fs::remove_all(config_.data_folder, failed);
  }
  TemporaryStack(const TemporaryStack&) = delete;
  TemporaryStack& operator=(const TemporaryStack&) = delete;

  platform::stack::Stack& stack() { return *stack_; }
  const fs::path& folder() const { return config_.data_folder; }

 private:
  platform::stack::Config config_;
  std::unique_ptr<platform::stack::Stack> stack_;
};

TemporaryStack& temporary_stack() {
  static TemporaryStack stack;
  return stack;
}

bool stacks_are_durable = false;

/// Reads the stack.env that a running stack has written.
Addresses read_addresses(const std::string& file) {
  std::ifstream lines{file};
  std::map<std::string, std::string> values;
  for (std::string line; std::getline(lines, line);) {
    const auto equals = std::min(line.find('='), line.size() - 1);
    values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return {.postgres_port = std::stoi(values.at("PGPORT")),
          .postgres_user = values.at("PGUSER"),
          .postgres_password = values.at("PGPASSWORD"),
          .redis_port = std::stoi(values.at("REDIS_PORT")),
          .redis_password = values.at("REDIS_PASSWORD"),
          .nats_port = std::stoi(values.at("NATS_PORT"))};
}

/// Schemas made on somebody else's stack, dropped at the end.
class BorrowedSchemas {
 public:
  ~BorrowedSchemas() {
    for (const auto& name : names_) drop(name);
  }
  void add(const std::string& name) { names_.push_back(name); }

 private:
  static void drop(const std::string& name) {
    try {
      platform::postgres::drop_schema(administrator_config(), name, name);
    } catch (const std::exception&) {
      // The stack has ended, and with it the schema.
    }
  }
  std::vector<std::string> names_;
};

const std::string& borrowed_stack() {
  static const auto file = environment("NEBENGJEK_TEST_STACK_ENV", "");
  return file;
}

}  // namespace

platform::stack::Config stack_config() {
  platform::stack::Config config;
  config.data_folder = fs::temp_directory_path() / (std::string{folder_prefix} + unique_suffix());
  config.sysroot = environment("NEBENGJEK_SYSROOT", ".dev/sysroot");
  config.durable = stacks_are_durable;
  return config;
}

platform::stack::Stack& shared_stack() { return temporary_stack().stack(); }
const fs::path& shared_stack_folder() { return temporary_stack().folder(); }

void make_stacks_durable() { stacks_are_durable = true; }

const Addresses& addresses() {
  static const auto found =
      borrowed_stack().empty() ? shared_stack().addresses() : read_addresses(borrowed_stack());
  return found;
}

PoolConfig administrator_config(const Addresses& servers) {
  PoolConfig config;
  config.port = servers.postgres_port;
  config.user = servers.postgres_user;
  config.password = servers.postgres_password;
  return config;
}

PoolConfig fresh_database_config(std::string_view name, const Addresses& servers) {
  auto config = administrator_config(servers);
  const auto schema = std::string{name} + "_" + unique_suffix();
  platform::postgres::create_schema(config, schema, schema, role_password);
  static BorrowedSchemas borrowed;
  if (!borrowed_stack().empty() && &servers == &addresses()) borrowed.add(schema);
  config.schema = schema;
  config.user = schema;
  config.password = role_password;
  config.lease_timeout = 5s;
  config.statement_timeout = 5s;
  config.lock_timeout = 4s;
  config.answer_timeout = 6s;
  return config;
}

platform::redis::Config redis_config(const Addresses& servers) {
  platform::redis::Config config;
  config.port = servers.redis_port;
  config.password = servers.redis_password;
  config.key_prefix = "test:" + unique_suffix() + ":";
  config.answer_timeout = 2s;
  return config;
}

}  // namespace tests::support
