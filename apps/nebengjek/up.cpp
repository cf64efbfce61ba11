#include "apps/nebengjek/up.hpp"

#include <chrono>
#include <cstdio>

#include "apps/nebengjek/migrations.hpp"
#include "apps/nebengjek/nats_accounts.hpp"
#include "apps/nebengjek/private_stack.hpp"
#include "apps/nebengjek/roles.hpp"
#include "apps/nebengjek/sandbox_command.hpp"
#include "platform/stack/settings_file.hpp"
#include "platform/stack/stack.hpp"
#include "services/binding/reactions.hpp"

namespace apps::nebengjek {
namespace {

constexpr int whole_city = 100'000;

/// Plays the payment provider, unless the operator has named one.
std::unique_ptr<RunningSandbox> play_provider(Settings& settings) {
  auto& payments = settings.rides.payments;
  if (payments.has_provider()) return nullptr;
  SandboxOptions options{.config = {.api_key = payments.provider_api_key,
                                    .webhook_url = {},
                                    .webhook_secret = payments.webhook_secret},
                         .behaviour = {}};
  if (const auto port = settings.users.http.port; port != 0) {
    options.config.webhook_url =
        "http://127.0.0.1:" + std::to_string(port) + "/v1/webhooks/payments";
  }
  auto running = run_sandbox(options);
  payments.provider_url = "http://127.0.0.1:" + std::to_string(running->port());
  return running;
}

void print_welcome(const Settings& settings, int port, const platform::stack::Addresses& servers,
                   std::chrono::milliseconds took) {
  std::printf(
      "\n"
      "NebengJek is up (%.1f s).  Ctrl-C stops everything; the data stays.\n"
      "\n"
      "  API         http://127.0.0.1:%d/v1\n"
      "  WebSocket   ws://127.0.0.1:%d/v1/ws\n"
      "  Payments    %s\n"
      "  PostgreSQL  127.0.0.1:%d   Redis  127.0.0.1:%d   NATS  127.0.0.1:%d\n",
      static_cast<double>(took.count()) / 1000.0, port, port,
      settings.rides.payments.provider_url.c_str(), servers.postgres_port, servers.redis_port,
      servers.nats_port);
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
  settings.users.http.drain = {};                     // There is no load balancer.
  settings.users.otp.per_address.count = whole_city;  // All of whom log in from this machine.
  invent_secrets(settings, options.data_folder);
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
  const auto provider = play_provider(settings);
  platform::stack::write_private(options.data_folder / "nebengjek.toml",
                                 config_of(settings, stack->addresses(), options.data_folder));
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
