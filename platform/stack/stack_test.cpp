#include "platform/stack/stack.hpp"

#include <fstream>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/postgres/errors.hpp"
#include "platform/stack/descriptor.hpp"
#include "platform/stack/nursery.hpp"
#include "platform/stack/port.hpp"
#include "platform/stack/settings_file.hpp"
#include "tests/support/stack_fixture.hpp"

namespace platform::stack {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using postgres::Query;

/// A folder that is removed at the end.
struct TemporaryFolder {
  explicit TemporaryFolder(fs::path folder) : path(std::move(folder)) {}
  ~TemporaryFolder() {
    std::error_code failed;
    fs::remove_all(path, failed);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  fs::path path;
};

/// The data folder of a stack that was started once: creating a cluster takes the longest.
const fs::path& used_folder() {
  static const auto config = tests::support::stack_config();
  static const TemporaryFolder folder{config.data_folder};
  static const bool used = (start_stack(config), true);
  EXPECT_TRUE(used);
  return folder.path;
}

/// What a statement says to the administrator.
std::string ask(const Stack& stack, const std::string& text) {
  std::string value;
  tests::support::run([&](runtime::Runtime& runtime) -> awaitable<void> {
    const auto pool =
        postgres::make_pool(runtime, tests::support::administrator_config(stack.addresses()));
    const auto rows = co_await pool->run(Query{"ask", text});
    if (!rows.empty()) value = rows.front().get<std::string>("value");
  });
  return value;
}

/// A data folder, of a stack that ran before, for each test.
class StackTest : public testing::Test {
 protected:
  Config config = tests::support::stack_config();
  TemporaryFolder folder{config.data_folder};

  StackTest() {
    fs::copy(used_folder(), config.data_folder, fs::copy_options::recursive);
    // Ports are for one stack at a time, and the copies have the same.
    auto settings = read_settings(config.data_folder / "stack.env");
    for (const char* port : {"PGPORT", "REDIS_PORT", "NATS_PORT"}) settings.erase(port);
    write_settings(config.data_folder / "stack.env", settings);
  }

  std::string refusal() {
    try {
      start_stack(config);
    } catch (const CannotStart& refused) {
      return refused.what();
    }
    return "it started";
  }

  ProcessId process_of(const std::string& server) {
    ProcessId process;
    std::ifstream{config.data_folder / "run" / (server + ".pid")} >> process.pid >>
        process.start_ticks;
    return process;
  }
};

bool redis_answers(const Addresses& addresses) {
  return answers_with(addresses.redis_port, "AUTH " + addresses.redis_password + "\r\nPING\r\n",
                      "+PONG");
}

bool nats_accepts(const Addresses& addresses, const std::string& credentials) {
  return answers_with(addresses.nats_port,
                      "CONNECT {\"verbose\":false" + credentials + "}\r\nPING\r\n", "PONG");
}

TEST_F(StackTest, AllThreeAnswer) {
  const auto stack = start_stack(config);
  EXPECT_EQ(ask(*stack, "SELECT current_database()::text AS value"), "nebengjek");
  EXPECT_EQ(ask(*stack, "SELECT current_setting('data_checksums') AS value"), "on");
  EXPECT_TRUE(redis_answers(stack->addresses()));
  EXPECT_TRUE(nats_accepts(stack->addresses(), ""));
}

TEST_F(StackTest, SettingsForPeopleAreReadableByTheirOwnerOnly) {
  const auto stack = start_stack(config);
  const auto file = config.data_folder / "stack.env";
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto settings = read_settings(file);
  EXPECT_EQ(settings.at("PGPORT"), std::to_string(stack->addresses().postgres_port));
  EXPECT_EQ(settings.at("PGPASSWORD"), stack->addresses().postgres_password);
  EXPECT_EQ(settings.at("PGDATABASE"), "nebengjek");
  EXPECT_EQ(settings.at("REDIS_PASSWORD"), stack->addresses().redis_password);
  EXPECT_EQ(settings.at("NATS_PORT"), std::to_string(stack->addresses().nats_port));
}

TEST_F(StackTest, DataPortsAndPasswordsSurviveARestart) {
  config.durable = true;
  auto stack = start_stack(config);
  ask(*stack, "CREATE TABLE kept AS SELECT 'here' AS value");
  const auto before = stack->addresses();
  stack.reset();
  stack = start_stack(config);
  EXPECT_EQ(stack->addresses().postgres_port, before.postgres_port);
  EXPECT_EQ(stack->addresses().redis_port, before.redis_port);
  EXPECT_EQ(stack->addresses().nats_port, before.nats_port);
  EXPECT_EQ(ask(*stack, "SELECT value FROM kept"), "here");
}

TEST_F(StackTest, NatsKnowsItsUsers) {
  config.nats_users = R"({user: "rides", password: "secret"})";
  const auto stack = start_stack(config);
  EXPECT_TRUE(nats_accepts(stack->addresses(), R"(,"user":"rides","pass":"secret")"));
  EXPECT_FALSE(nats_accepts(stack->addresses(), R"(,"user":"rides","pass":"wrong")"));
  EXPECT_FALSE(nats_accepts(stack->addresses(), ""));
}

TEST_F(StackTest, StoppingEndsAllInOrder) {
  const auto stack = start_stack(config);
  const auto postgres = process_of("postgres");
  const auto redis = process_of("redis");
  const auto nats = process_of("nats");
  EXPECT_TRUE(postgres.is_running() && redis.is_running() && nats.is_running());
  stack->stop();
  EXPECT_FALSE(postgres.is_running() || redis.is_running() || nats.is_running());
  EXPECT_TRUE(tail_of(config.data_folder / "log/postgres.log").contains("is shut down"));
}

/// A port of 127.0.0.1 that is taken as long as this lives.
class TakenPort {
 public:
  explicit TakenPort(int port = 0) {
    const sockaddr_in address{.sin_family = AF_INET,
                              .sin_port = htons(static_cast<std::uint16_t>(port)),
                              .sin_addr = {htonl(INADDR_LOOPBACK)},
                              .sin_zero = {}};
    bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    listen(socket_.number(), 1);
  }

 private:
  Descriptor socket_{socket(AF_INET, SOCK_STREAM, 0)};
};

TEST_F(StackTest, ATakenPortIsNamed) {
  config.redis_port = any_free_port();
  const TakenPort taken{config.redis_port};
  const auto said = refusal();
  EXPECT_TRUE(said.contains("port " + std::to_string(config.redis_port))) << said;
  EXPECT_TRUE(said.contains("redis")) << said;
}

TEST_F(StackTest, AKeptPortThatWasTakenMeanwhileIsReplaced) {
  auto stack = start_stack(config);
  const auto before = stack->addresses();
  stack.reset();
  const TakenPort taken{before.redis_port};
  stack = start_stack(config);
  EXPECT_NE(stack->addresses().redis_port, before.redis_port);
  EXPECT_TRUE(redis_answers(stack->addresses()));
}

TEST_F(StackTest, AServerComesBackAtItsPortThoughWhatWasKilledStillHoldsIt) {
  const auto stack = start_stack(config);
  const auto before = stack->addresses().redis_port;
  stack->kill(Server::redis);
  std::optional<TakenPort> taken{before};
  const auto released = std::async(std::launch::async, [&taken] {
    std::this_thread::sleep_for(300ms);  // As long as it may take to end.
    taken.reset();
  });
  stack->start(Server::redis);
  EXPECT_EQ(stack->addresses().redis_port, before);
  EXPECT_TRUE(redis_answers(stack->addresses()));
}

TEST_F(StackTest, AMissingProgramIsNamed) {
  EXPECT_THROW(find_program(config.sysroot, "no-such-server"), CannotStart);
}

TEST_F(StackTest, AFolderInUseIsRefused) {
  const auto stack = start_stack(config);
  const auto said = refusal();
  EXPECT_TRUE(said.contains("process " + std::to_string(getpid()))) << said;
}

TEST_F(StackTest, AClusterWithoutItsPasswordIsRefused) {
  start_stack(config)->stop();
  fs::remove(config.data_folder / "stack.env");
  EXPECT_TRUE(refusal().contains("stack.env")) << refusal();
}

TEST_F(StackTest, AHalfMadeClusterIsMadeAnew) {
  fs::remove_all(config.data_folder);
  fs::create_directories(config.data_folder / "postgres.new/base");
  write_private(config.data_folder / "postgres.new/PG_VERSION", "15\n");
  EXPECT_EQ(ask(*start_stack(config), "SELECT 'well' AS value"), "well");
}

TEST_F(StackTest, AStalePostmasterFileIsNotInTheWay) {
  const auto stack = start_stack(config);
  stack->kill(Server::postgres);
  write_private(config.data_folder / "postgres/postmaster.pid", std::to_string(getpid()) + "\n");
  stack->start(Server::postgres);
  EXPECT_EQ(ask(*stack, "SELECT 'well' AS value"), "well");
}

TEST_F(StackTest, AServerThatCannotStartShowsItsLog) {
  start_stack(config)->stop();
  write_private(config.data_folder / "postgres/postgresql.conf", "nonsense = 1\n");
  const auto said = refusal();
  EXPECT_TRUE(said.contains("nonsense")) << said;
}

constexpr auto folder_variable = "NEBENGJEK_TEST_HELD_FOLDER";

/// Not a test: the process that the tests below kill.
TEST(StackHolder, DISABLED_HoldsAStack) {
  auto config = tests::support::stack_config();
  config.data_folder = std::getenv(folder_variable);
  const auto stack = start_stack(config);
  ask(*stack, "CREATE TABLE kept AS SELECT 'here' AS value");
  write_private(config.data_folder / "ready", "yes");
  pause();
}

/// A process of its own with a stack in `folder`.
ProcessId hold_stack(Nursery& nursery, const fs::path& folder) {
  setenv(folder_variable, folder.c_str(), 1);
  const auto holder = nursery.start(
      {.program = {.path = "/proc/self/exe", .library_path = ""},
       .arguments = {"--gtest_also_run_disabled_tests", "--gtest_filter=StackHolder.*"},
       .log = folder / "holder.log"});
  while (holder.is_running() && !fs::exists(folder / "ready")) usleep(5'000);
  EXPECT_TRUE(holder.is_running()) << tail_of(folder / "holder.log");
  return holder;
}

void kill_only(const ProcessId& process) {
  kill(process.pid, SIGKILL);
  waitpid(process.pid, nullptr, 0);
}

TEST_F(StackTest, ServersEndWithTheProcessThatStartedThem) {
  Nursery nursery;
  const auto holder = hold_stack(nursery, config.data_folder);
  const auto servers = {process_of("postgres"), process_of("redis"), process_of("nats")};
  kill_only(holder);
  const auto end = std::chrono::steady_clock::now() + 10s;
  for (const auto& server : servers) {
    while (server.is_running() && std::chrono::steady_clock::now() < end) usleep(5'000);
    EXPECT_FALSE(server.is_running());
  }
}

/// A run was killed and its PostgreSQL lives on: it was stopped, and can't hear that its parent
/// died.
ProcessId leave_orphan(const fs::path& folder) {
  Nursery nursery;
  const auto holder = hold_stack(nursery, folder);
  ProcessId orphan;
  std::ifstream{folder / "run/postgres.pid"} >> orphan.pid >> orphan.start_ticks;
  signal_tree(orphan, SIGSTOP);
  kill_only(holder);
  return orphan;
}

TEST_F(StackTest, OrphansOfAKilledRunAreEndedAndTheirDataIsThere) {
  const auto orphan = leave_orphan(config.data_folder);
  EXPECT_TRUE(orphan.is_running());
  const auto stack = start_stack(config);
  EXPECT_FALSE(orphan.is_running());
  EXPECT_EQ(ask(*stack, "SELECT value FROM kept"), "here");
}

TEST_F(StackTest, AnOrphanWithoutRecordIsFoundByItsFolder) {
  const auto orphan = leave_orphan(config.data_folder);
  fs::remove_all(config.data_folder / "run");
  const auto stack = start_stack(config);
  EXPECT_FALSE(orphan.is_running());
  EXPECT_EQ(ask(*stack, "SELECT value FROM kept"), "here");
}

}  // namespace
}  // namespace platform::stack
