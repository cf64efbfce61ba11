#include "tests/system/backend.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <signal.h>
#include <sys/wait.h>

#include "base/assert.hpp"
#include "platform/security/jwt.hpp"
#include "platform/stack/nursery.hpp"
#include "platform/stack/port.hpp"
#include "platform/stack/settings_file.hpp"
#include "tests/support/stack_fixture.hpp"
#include "tests/system/backend_config.hpp"
#include "tests/system/balancer.hpp"

namespace tests::system {
namespace {

namespace fs = std::filesystem;
namespace stack = platform::stack;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto start_limit = 60s;
constexpr auto stop_limit = 15s;
constexpr auto poll_interval = 10ms;
constexpr auto program = NEBENGJEK_PROGRAM;
constexpr auto sandbox = "sandbox";

const std::vector<std::string> all_roles{"users", "location", "match", "rides"};

std::vector<Process> processes_of(Shape shape) {
  if (shape == Shape::one_process) return {make_process("all", all_roles)};
  if (shape == Shape::up) return {make_process("up", all_roles)};
  std::vector<Process> processes;
  for (const int copy : {1, 2}) {
    for (const auto& role : all_roles) {
      processes.push_back(make_process(role + '-' + std::to_string(copy), {role}));
    }
    if (shape != Shape::two_of_each && shape != Shape::balanced) break;
  }
  return processes;
}

bool is_ready(int admin_port) {
  return stack::answers_with(admin_port,
                             "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                             R"("status":"ready")");
}

bool is_a_complaint(const std::string& line) {
  return line.contains(R"("level":"warn")") || line.contains(R"("level":"error")") ||
         line.contains(" warn ") || line.contains(" error ");
}

class RealBackend final : public Backend {
 public:
  explicit RealBackend(Shape shape)
      : shape_(shape),
        folder_(support::stack_config().data_folder),
        processes_(processes_of(shape)) {
    fs::create_directories(folder_);
    write_configuration();
    if (shape_ != Shape::up) nursery_.run(launch(processes_.front(), {"migrate"}));
    find_edges();
  }
  ~RealBackend() override {
    try {
      RealBackend::stop();
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
    }
    std::error_code failed;
    fs::remove_all(folder_, failed);
  }

  void start() override {
    for (const auto& [name, link] : links_) link->set(stack::LinkFault::none);
    for (const auto& role : all_roles) resume(role);
    for (const auto& process : processes_) {
      if (running_.contains(process.name)) continue;
      running_[process.name] = nursery_.start(launch(process, arguments_of(process)));
    }
    if (shape_ != Shape::up && !running_.contains(sandbox)) {
      running_[sandbox] = nursery_.start(launch_sandbox());
    }
    for (const auto& process : processes_) wait_until_ready(process);
    if (balancer_) balance();
  }

  void kill() override {
    for (const auto& role : all_roles) kill(role);
  }

  void kill(const std::string& role) override {
    for (const auto& process : processes_) {
      if (!serves(process, role) || !running_.contains(process.name)) continue;
      stack::kill_tree(running_.extract(process.name).mapped());
    }
  }

  void kill_one(const std::string& role) override {
    stack::kill_tree(running_.extract(first_that_serves(role)).mapped());
  }

  void stop_one(const std::string& role) override { stop_process(first_that_serves(role)); }

  std::vector<std::string> processes() const override {
    std::vector<std::string> names;
    for (const auto& process : processes_) names.push_back(process.name);
    return names;
  }

  void stop_process(const std::string& name) override {
    const auto id = running_.extract(name).mapped();
    ::kill(id.pid, SIGTERM);
    wait_for_end(name, id);
  }

  void pause(const std::string& role) override { signal(role, SIGSTOP); }
  void resume(const std::string& role) override { signal(role, SIGCONT); }

  stack::FaultyLink& link(const std::string& server) override { return *links_.at(server); }

  void ask_to_stop() override {
    for (const auto& [name, id] : running_) ::kill(id.pid, SIGTERM);
  }

  void stop() override {
    ask_to_stop();
    for (const auto& [name, id] : std::exchange(running_, {})) wait_for_end(name, id);
    if (const auto balancing = std::exchange(balancing_, {})) stack::kill_tree(*balancing);
  }

  const std::vector<std::string>& edges() const override { return edges_; }

  std::string sms_sandbox() const override {
    return shape_ == Shape::behind_links ? "http://127.0.0.1:" + std::to_string(sandbox_port_) : "";
  }

  std::string admin(const std::string& role) const override {
    for (const auto& process : processes_) {
      const auto found = std::ranges::find(process.roles, role);
      if (found == process.roles.end()) continue;
      const auto index = static_cast<std::size_t>(found - process.roles.begin());
      return "http://127.0.0.1:" + std::to_string(process.admin_ports[index]);
    }
    throw std::runtime_error{"nobody serves " + role};
  }

  std::unique_ptr<platform::security::SigningKey> signing_key() const override {
    std::ifstream file{folder_ / "access_token_key.pem"};
    const std::string pem{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
    return platform::security::load_key(pem);
  }

  std::string operate(std::vector<std::string> arguments) override {
    auto command = launch(processes_.front(), std::move(arguments));
    if (shape_ == Shape::up) command.arguments.at(1) = (folder_ / "data/nebengjek.toml").string();
    command.log = folder_ / ("command-" + std::to_string(++commands_) + ".log");
    nursery_.run(command);
    std::ifstream printed{command.log};
    return {std::istreambuf_iterator<char>{printed}, std::istreambuf_iterator<char>{}};
  }

  std::vector<std::string> complaints() const override {
    std::vector<std::string> found;
    for (const auto& process : processes_) {
      std::ifstream log{file(process, ".log")};
      for (std::string line; std::getline(log, line);) {
        if (is_a_complaint(line)) found.push_back(process.name + ": " + line);
      }
    }
    return found;
  }

 private:
  static bool serves(const Process& process, const std::string& role) {
    return std::ranges::find(process.roles, role) != process.roles.end();
  }

  void signal(const std::string& role, int number) const {
    for (const auto& process : processes_) {
      const auto found = running_.find(process.name);
      if (serves(process, role) && found != running_.end()) ::kill(found->second.pid, number);
    }
  }

  void find_edges() {
    std::vector<Balancer::Edge> found;
    for (const auto& process : processes_) {
      if (!serves(process, "users")) continue;
      found.push_back({process.name, process.public_port, process.admin_ports.front()});
    }
    if (shape_ == Shape::balanced) balancer_.emplace(folder_, found);
    if (balancer_) found = {{.name = "haproxy", .port = balancer_->port()}};
    for (const auto& edge : found) {
      edges_.push_back("http://127.0.0.1:" + std::to_string(edge.port));
    }
  }

  /// With the ends of links, which are made here.
  Servers linked(Servers servers) {
    servers.sms_port = servers.second_sms_port = sandbox_port_;
    for (const auto& [name, port] :
         {std::pair{"postgres", &servers.addresses.postgres_port},
          std::pair{"redis", &servers.addresses.redis_port},
          std::pair{"nats", &servers.addresses.nats_port},
          std::pair{"payments", &servers.payments_port}, std::pair{"sms", &servers.sms_port},
          std::pair{"second_sms", &servers.second_sms_port}}) {
      links_[name] = stack::make_faulty_link(*port);
      *port = links_[name]->port();
    }
    return servers;
  }

  const std::string& first_that_serves(const std::string& role) const {
    const auto found = std::ranges::find_if(processes_, [&](const Process& process) {
      return serves(process, role) && running_.contains(process.name);
    });
    if (found == processes_.end()) throw std::runtime_error{"nobody serves " + role};
    return found->name;
  }

  fs::path file(const Process& process, const std::string& extension) const {
    return folder_ / (process.name + extension);
  }

  void write_configuration() {
    std::optional<Servers> servers;
    if (shape_ != Shape::up) {
      const auto key = platform::security::generate_key(platform::security::Algorithm::es256);
      const auto key_file = folder_ / "access_token_key.pem";
      stack::write_private(key_file, key->private_pem());
      servers = {.addresses = support::shared_stack().addresses(),
                 .signing_key_file = key_file.string(),
                 .payments_port = sandbox_port_};
      servers->hurries = shape_ != Shape::unhurried;
      servers->behind_balancer = shape_ == Shape::balanced;
      if (shape_ == Shape::behind_links) servers = linked(*std::move(servers));
    }
    for (const auto& process : processes_) {
      stack::write_private(file(process, ".toml"), config_of(process, servers));
    }
  }

  std::vector<std::string> arguments_of(const Process& process) const {
    if (shape_ == Shape::up) {
      return {"up",
              "--data",
              (folder_ / "data").string(),
              "--sysroot",
              support::stack_config().sysroot.string(),
              "--port",
              std::to_string(process.public_port)};
    }
    std::vector<std::string> arguments{"serve"};
    arguments.insert(arguments.end(), process.roles.begin(), process.roles.end());
    return arguments;
  }

  stack::Launch launch(const Process& process, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--config", file(process, ".toml").string()});
    return {.program = {.path = program, .library_path = ""},
            .arguments = std::move(arguments),
            .log = file(process, ".log")};
  }

  /// Plays the providers; `up` brings its own.
  stack::Launch launch_sandbox() const {
    return {.program = {.path = program, .library_path = ""},
            .arguments = {"sandbox", "--port", std::to_string(sandbox_port_), "--api-key",
                          provider_key, "--webhook-secret", provider_key, "--webhook-url",
                          edges_.front() + "/v1/webhooks/payments"},
            .log = folder_ / "sandbox.log"};
  }

  void wait_until_ready(const Process& process) const {
    const auto& id = running_.at(process.name);
    const auto give_up_at = Clock::now() + start_limit;
    for (const auto port : process.admin_ports) {
      while (!is_ready(port)) {
        if (!id.is_running() || Clock::now() > give_up_at) {
          throw std::runtime_error{"it does not start: " + stack::tail_of(file(process, ".log"))};
        }
        std::this_thread::sleep_for(poll_interval);
      }
    }
  }

  void balance() {
    if (!balancing_) balancing_ = nursery_.start(balancer_->launch());
    const auto give_up_at = Clock::now() + start_limit;
    while (!balancer_->sends_to_all()) {
      if (Clock::now() > give_up_at) throw std::runtime_error{"HAProxy finds an edge missing"};
      std::this_thread::sleep_for(poll_interval);
    }
  }

  static void wait_for_end(const std::string& name, const stack::ProcessId& id) {
    const auto give_up_at = Clock::now() + stop_limit;
    int status = 0;
    while (waitpid(id.pid, &status, WNOHANG) == 0) {
      if (Clock::now() > give_up_at) {
        stack::kill_tree(id);
        throw std::runtime_error{name + " does not stop"};
      }
      std::this_thread::sleep_for(poll_interval);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      throw std::runtime_error{name + " did not end well: " + std::to_string(status)};
    }
  }

  Shape shape_;
  fs::path folder_;
  std::vector<Process> processes_;
  int sandbox_port_ = stack::any_free_port();
  std::vector<std::string> edges_;
  std::optional<Balancer> balancer_;
  std::map<std::string, std::unique_ptr<stack::FaultyLink>> links_;
  int commands_ = 0;
  stack::Nursery nursery_;
  std::map<std::string, stack::ProcessId> running_;
  std::optional<stack::ProcessId> balancing_;
};

}  // namespace

std::string name_of(Shape shape) {
  switch (shape) {
    case Shape::one_process: return "OneProcess";
    case Shape::process_per_role: return "ProcessPerRole";
    case Shape::unhurried: return "Unhurried";
    case Shape::two_of_each: return "TwoOfEach";
    case Shape::balanced: return "Balanced";
    case Shape::behind_links: return "BehindLinks";
    case Shape::up: return "Up";
  }
  NEBENGJEK_UNREACHABLE("a shape without a name");
}

void PrintTo(Shape shape, std::ostream* out) { *out << name_of(shape); }

Backend& backend(Shape shape) {
  support::shared_stack();  // Ends after the backend does.
  static std::unique_ptr<RealBackend> running;
  static Shape running_shape{};
  if (running && running_shape == shape) return *running;
  if (running) running->stop();
  running.reset();
  running = std::make_unique<RealBackend>(shape);
  running_shape = shape;
  running->start();
  return *running;
}

}  // namespace tests::system
