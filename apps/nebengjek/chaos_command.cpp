#include "apps/nebengjek/chaos_command.hpp"

#include <cstdio>
#include <fstream>

#include <CLI/CLI.hpp>

#include "apps/nebengjek/blocking.hpp"
#include "apps/nebengjek/migrations.hpp"
#include "apps/nebengjek/nats_accounts.hpp"
#include "apps/nebengjek/private_stack.hpp"
#include "platform/stack/port.hpp"
#include "platform/stack/settings_file.hpp"
#include "services/binding/reactions.hpp"
#include "services/rides/ledger_check.hpp"
#include "sim/chaos/run.hpp"

namespace apps::nebengjek {
namespace {

namespace fs = std::filesystem;
namespace chaos_run = sim::chaos;
namespace stack = platform::stack;
using platform::awaitable;

constexpr auto forever = std::chrono::hours{24};  // Until everything has been broken.
constexpr auto drain_limit = std::chrono::seconds{120};

/// The defaults, but for a city in one machine, which logs in at once and does not wait long for
/// drivers who don't answer.
std::string tuning(int public_port) {
  return "\n[users.otp]\nper_address_in_an_hour = 100000\nper_prefix_in_10_minutes = 100000\n"
         "\n[match]\nproposal_lifetime_ms = 3000\n\n[users.http]\ndrain_ms = 0\nport = " +
         std::to_string(public_port) + '\n';
}

/// The backend that is to be broken, but for its processes.
struct Backend {
  Settings settings;
  std::unique_ptr<stack::Stack> servers;
  std::vector<chaos_run::Instance> instances;
  std::vector<std::string> edges;
};

/// A process has links of its own to the servers.
using Links = std::map<chaos_run::Component, std::shared_ptr<stack::FaultyLink>>;

Links links_to(const stack::Addresses& servers) {
  return {{chaos_run::Component::postgres, stack::make_faulty_link(servers.postgres_port)},
          {chaos_run::Component::redis, stack::make_faulty_link(servers.redis_port)},
          {chaos_run::Component::nats, stack::make_faulty_link(servers.nats_port)}};
}

stack::Addresses behind(const Links& links, stack::Addresses servers) {
  servers.postgres_port = links.at(chaos_run::Component::postgres)->port();
  servers.redis_port = links.at(chaos_run::Component::redis)->port();
  servers.nats_port = links.at(chaos_run::Component::nats)->port();
  return servers;
}

void add_instance(Backend& backend, const fs::path& folder, Role role, int number) {
  const auto service = services::binding::service_name(role);
  const auto file = folder / (service + '-' + std::to_string(number + 1));
  const auto port = stack::any_free_port();
  if (role == Role::users) backend.edges.push_back("http://127.0.0.1:" + std::to_string(port));
  const auto config = file.string() + ".toml";
  auto links = links_to(backend.servers->addresses());
  const auto servers = behind(links, backend.servers->addresses());
  auto settings = backend.settings;
  use_addresses(settings, servers);
  stack::write_private(config, config_of(settings, servers, folder) + tuning(port));
  backend.instances.push_back(
      {.service = base::json::parse_enum<chaos_run::Component>(service).value(),
       .number = number,
       .program = fs::read_symlink("/proc/self/exe"),
       .arguments = {"--config", config, "serve", service},
       .log = file.string() + ".log",
       .links = std::move(links)});
}

/// Only what an earlier run has left is removed.
void empty(const fs::path& folder) {
  const bool is_ours = fs::exists(folder / "stack.env");
  if (fs::exists(folder) && !fs::is_empty(folder) && !is_ours) {
    throw std::runtime_error{folder.string() + " holds something else. Name another folder."};
  }
  fs::remove_all(folder);
}

Backend prepare(const ChaosOptions& options) {
  empty(options.data_folder);
  Backend backend;
  auto& settings = backend.settings;
  settings.users.driver_approval = services::users::DriverApproval::automatic;
  invent_secrets(settings, options.data_folder);
  backend.servers = stack::start_stack({.data_folder = options.data_folder,
                                        .sysroot = options.sysroot,
                                        .database = settings.postgres.database,
                                        .nats_users = nats_users(settings)});
  use_addresses(settings, backend.servers->addresses());
  migrate(settings, {std::begin(all_roles), std::end(all_roles)});
  for (const auto role : all_roles) {
    for (int number = 0; number < chaos_run::instances_of_each; ++number) {
      add_instance(backend, options.data_folder, role, number);
    }
  }
  return backend;
}

chaos_run::ChaosPlan plan_of(const ChaosOptions& options, const Backend& backend) {
  return {.city = {.edges = backend.edges,
                   .drivers = options.drivers,
                   .passengers = options.passengers,
                   .duration = forever,
                   .drain_limit = drain_limit,
                   .seed = options.seed,
                   .radius_m = 300,
                   .trip_min_m = 150,
                   .behaviour = {}},
          .faults = options.kills,
          .seed = options.seed};
}

chaos_run::Evidence evidence_of(const Settings& settings) {
  return {.database = settings.postgres_of_administrator(),
          .books = settings.postgres_of(Role::rides),
          .check_books = [](platform::postgres::Pool& pool) -> awaitable<std::vector<std::string>> {
            co_return (co_await services::rides::check_books(pool)).faults;
          }};
}

}  // namespace

void declare(CLI::App& command, ChaosOptions& options) {
  command.add_option("--kills", options.kills, "How many faults")->check(CLI::Range(1, 100'000));
  command.add_option("--seed", options.seed, "The same seed, the same faults");
  command.add_option("--drivers", options.drivers, "How many")->check(CLI::Range(1, 500));
  command.add_option("--passengers", options.passengers, "How many")->check(CLI::Range(1, 500));
  command.add_option("--data", options.data_folder, "Where everything is kept; emptied first");
  command.add_option("--sysroot", options.sysroot, "Where the servers are unpacked");
  command.add_option("--json", options.json_file, "Write the report there, too");
}

int chaos(const ChaosOptions& options) {
  platform::telemetry::configure_logging({.level = platform::telemetry::Level::error});
  auto backend = prepare(options);
  const auto plan = plan_of(options, backend);
  const auto evidence = evidence_of(backend.settings);
  const auto ground = chaos_run::make_ground(*backend.servers, std::move(backend.instances));
  chaos_run::ChaosReport report;
  run_blocking([&](platform::runtime::Runtime& runtime) -> awaitable<void> {
    report = co_await chaos_run::break_and_check(runtime, plan, *ground, evidence);
  });
  std::printf("%s", chaos_run::page(report).c_str());
  if (options.json_file) {
    std::ofstream{*options.json_file} << base::json::to_text(report) << '\n';
  }
  return report.every_promise_held() ? 0 : 1;
}

}  // namespace apps::nebengjek
