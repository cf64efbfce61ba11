#include "apps/nebengjek/up.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

#include "apps/nebengjek/migrations.hpp"
#include "apps/nebengjek/nats_accounts.hpp"
#include "apps/nebengjek/roles.hpp"
#include "platform/security/digest.hpp"
#include "platform/security/jwt.hpp"
#include "platform/stack/stack.hpp"
#include "services/binding/reactions.hpp"

namespace apps::nebengjek {
namespace {

namespace fs = std::filesystem;
namespace security = platform::security;

constexpr int whole_city = 100'000;

std::string read_file(const fs::path& file) {
  std::ifstream stream{file};
  return {std::istreambuf_iterator<char>{stream}, std::istreambuf_iterator<char>{}};
}

/// The text of a file in the data folder, made by `make` on first use; its owner alone may read it.
template <class Make>
std::string kept(const fs::path& file, Make make) {
  if (fs::exists(file)) return read_file(file);
  const std::string fresh = make();
  const auto previous = ::umask(S_IRWXG | S_IRWXO);
  std::ofstream{file} << fresh;
  ::umask(previous);
  return fresh;
}

std::string kept_token(const fs::path& file) {
  constexpr std::size_t token_bytes = 32;
  return kept(file, [] {
    return security::random_token(platform::runtime::system_entropy(), token_bytes);
  });
}

/// What the operator of a private stack need not think of.
void invent_secrets(Settings& settings, const fs::path& folder) {
  fs::create_directories(folder);
  settings.users.secret = kept_token(folder / "users.secret");
  const auto key_file = folder / "access_token_key.pem";
  kept(key_file, [] { return security::generate_key(security::Algorithm::es256)->private_pem(); });
  settings.users.signing_key_files = {key_file.string()};
  for (auto& [role, role_settings] : settings.roles) {
    const auto name = services::binding::service_name(role);
    role_settings.postgres_password = kept_token(folder / (name + ".postgres"));
    role_settings.nats_password = kept_token(folder / (name + ".nats"));
  }
}

void use_addresses(Settings& settings, const platform::stack::Addresses& addresses) {
  settings.postgres.host = "127.0.0.1";
  settings.postgres.port = addresses.postgres_port;
  settings.postgres_administrator = addresses.postgres_user;
  settings.postgres_administrator_password = addresses.postgres_password;
  settings.redis.port = addresses.redis_port;
  settings.redis.password = addresses.redis_password;
  settings.nats.url = "nats://127.0.0.1:" + std::to_string(addresses.nats_port);
}

/// A configuration by which other processes can join this stack: a second instance of a service, or
/// a command of the terminal. Secrets are named by their files.
void write_config(const Settings& settings, const platform::stack::Addresses& servers,
                  const fs::path& folder) {
  const auto secrets = fs::absolute(folder / "secrets").string();
  kept(folder / "secrets" / "postgres", [&] { return servers.postgres_password; });
  kept(folder / "secrets" / "redis", [&] { return servers.redis_password; });
  std::ofstream file{folder / "nebengjek.toml"};
  file << "# Written by `nebengjek up` at every start.\n"
       << "[postgres]\nport = " << servers.postgres_port << "\nadministrator = \""
       << servers.postgres_user << "\"\nadministrator_password_file = \"" << secrets
       << "/postgres\"\n\n[redis]\nport = " << servers.redis_port << "\npassword_file = \""
       << secrets << "/redis\"\n\n[nats]\nurl = \"" << settings.nats.url << "\"\n\n"
       << "[users]\ndev = true\nsecret_file = \"" << secrets
       << "/users.secret\"\nsigning_key_files = [\"" << secrets << "/access_token_key.pem\"]\n";
  for (const auto role : all_roles) {
    const auto name = services::binding::service_name(role);
    file << "\n[role." << name << "]\nadmin_port = 0\npostgres_password_file = \"" << secrets << '/'
         << name << ".postgres\"\nnats_password_file = \"" << secrets << '/' << name << ".nats\"\n";
  }
}

void print_welcome(const Settings& settings, int port, const platform::stack::Addresses& servers,
                   std::chrono::milliseconds took) {
  std::printf(
      "\n"
      "NebengJek is up (%.1f s).  Ctrl-C stops everything; the data stays.\n"
      "\n"
      "  API         http://127.0.0.1:%d/v1\n"
      "  WebSocket   ws://127.0.0.1:%d/v1/ws\n"
      "  PostgreSQL  127.0.0.1:%d   Redis  127.0.0.1:%d   NATS  127.0.0.1:%d\n",
      static_cast<double>(took.count()) / 1000.0, port, port, servers.postgres_port,
      servers.redis_port, servers.nats_port);
  for (const auto& [role, role_settings] : settings.roles) {
    std::printf("  %-10s  http://127.0.0.1:%d/healthz  /metrics\n",
                services::binding::service_name(role).c_str(), role_settings.admin_port);
  }
  std::printf(
      "\n"
      "Try:\n"
      "  curl -s localhost:%d/v1/auth/otp -H 'Content-Type: application/json' "
      "-d '{\"msisdn\": \"+6281234567890\"}'\n"
      "  curl -s localhost:%d/dev/inbox/+6281234567890      # the code that was \"sent\"\n"
      "  ./dev shell psql                                     # look at the tables\n"
      "  ./dev simulate --drivers 50 --passengers 50          # two minutes of a living city\n"
      "The README walks through a whole ride.\n\n",
      port, port);
  std::fflush(stdout);
}

void report(const platform::config::Problems& problems) {
  for (const auto& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
}

}  // namespace

int up(const UpOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  block_stop_signals();
  Settings settings;
  settings.log_format = platform::telemetry::LogFormat::text;
  settings.users.dev = true;
  settings.users.driver_approval = services::users::DriverApproval::automatic;
  settings.users.http.port = options.port;
  settings.users.otp.per_address.count = whole_city;  // All of whom log in from this machine.
  invent_secrets(settings, options.data_folder / "secrets");
  if (const auto problems = load(settings, options.config_file); !problems.empty()) {
    report(problems);
    return 2;
  }
  platform::telemetry::configure_logging(
      {.level = settings.log_level, .format = settings.log_format});

  std::printf("Starting PostgreSQL, Redis and NATS in %s ...\n", options.data_folder.c_str());
  std::fflush(stdout);
  const auto stack = platform::stack::start_stack({.data_folder = options.data_folder,
                                                   .sysroot = options.sysroot,
                                                   .database = settings.postgres.database,
                                                   .nats_users = nats_users(settings)});
  use_addresses(settings, stack->addresses());
  write_config(settings, stack->addresses(), options.data_folder);
  const std::vector<Role> roles{std::begin(all_roles), std::end(all_roles)};
  migrate(settings, roles);
  const auto running = run_roles(settings, roles);
  const auto took = std::chrono::steady_clock::now() - begin;
  print_welcome(settings, running->public_port(), stack->addresses(),
                std::chrono::duration_cast<std::chrono::milliseconds>(took));

  wait_for_stop_signal();
  std::printf("\nStopping ...\n");
  running->stop();
  stack->stop();
  std::printf("Stopped. The data is in %s.\n", options.data_folder.c_str());
  return 0;
}

}  // namespace apps::nebengjek
