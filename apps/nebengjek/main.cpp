// The one program: from arguments to a subcommand to its wiring.

#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "apps/nebengjek/api_key_command.hpp"
#include "apps/nebengjek/chaos_command.hpp"
#include "apps/nebengjek/contract_command.hpp"
#include "apps/nebengjek/dead_letters_command.hpp"
#include "apps/nebengjek/ledger_command.hpp"
#include "apps/nebengjek/migrations.hpp"
#include "apps/nebengjek/roles.hpp"
#include "apps/nebengjek/sandbox_command.hpp"
#include "apps/nebengjek/settings.hpp"
#include "apps/nebengjek/simulate_command.hpp"
#include "apps/nebengjek/socket_command.hpp"
#include "apps/nebengjek/up.hpp"
#include "platform/config/print.hpp"
#include "services/binding/reactions.hpp"

namespace apps::nebengjek {
namespace {

constexpr int bad_configuration = 2;

struct Arguments {
  std::optional<std::filesystem::path> config_file;
  std::vector<std::string> roles;
  bool reference = false;
  UpOptions up;
  SimulateOptions simulate;
  ChaosOptions chaos;
  std::string url = "ws://127.0.0.1:8080/v1/ws";
  std::string token;
  int linger_ms = 1'000;
  std::string key_name;
  std::string key_id;
  std::vector<std::string> scopes;
  std::optional<int> expires_in_days;
  std::string document;
  DeadLetterChoice dead_letters;
  SandboxOptions sandbox{
      .config = {.port = 8090, .api_key = "sandbox", .webhook_url = {}, .webhook_secret = {}},
      .behaviour = {}};
};

/// Thrown when the configuration was refused and the problems were printed.
struct BadConfiguration {};

Settings settings_of(const Arguments& arguments) {
  Settings settings;
  const auto problems = load(settings, arguments.config_file);
  for (const auto& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!problems.empty()) throw BadConfiguration{};
  platform::telemetry::configure_logging(
      {.level = settings.log_level, .format = settings.log_format});
  return settings;
}

std::vector<Role> roles_of(const Arguments& arguments) {
  std::vector<Role> roles;
  for (const auto role : all_roles) {
    const auto name = services::binding::service_name(role);
    const bool named = std::ranges::find(arguments.roles, name) != arguments.roles.end();
    const bool all = std::ranges::find(arguments.roles, "all") != arguments.roles.end();
    if (named || all) roles.push_back(role);
  }
  return roles;
}

int serve(const Arguments& arguments) {
  block_stop_signals();
  const auto settings = settings_of(arguments);
  const auto running = run_roles(settings, roles_of(arguments));
  wait_for_stop_signal();
  running->stop();
  return 0;
}

int migrate_all(const Arguments& arguments) {
  const auto settings = settings_of(arguments);
  migrate(settings, {std::begin(all_roles), std::end(all_roles)});
  return 0;
}

int check_config(const Arguments& arguments) {
  Settings settings;
  platform::config::Keys keys;
  declare(keys, settings);
  if (arguments.reference) {
    std::printf("%s", platform::config::reference(keys).c_str());
    return 0;
  }
  const auto problems = load(settings, arguments.config_file);
  std::printf("%s", platform::config::print(keys).c_str());
  for (const auto& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
  return problems.empty() ? 0 : bad_configuration;
}

int version(const Arguments&) {
  std::printf("nebengjek %s\n", NEBENGJEK_VERSION);
  return 0;
}

using Run = int (*)(const Arguments&);

void add_serve(CLI::App& app, Arguments& arguments, Run& chosen) {
  auto* serve_command = app.add_subcommand("serve", "Serve one or more roles, or all");
  serve_command->add_option("roles", arguments.roles, "users, location, match, rides, all")
      ->required()
      ->check(CLI::IsMember({"users", "location", "match", "rides", "all"}));
  serve_command->callback([&chosen] { chosen = &serve; });
}

void add_up(CLI::App& app, Arguments& arguments, Run& chosen) {
  auto* command = app.add_subcommand("up", "Private servers and all roles: for development");
  command->add_option("--data", arguments.up.data_folder, "Where everything is kept");
  command->add_option("--sysroot", arguments.up.sysroot, "Where the servers are unpacked");
  command->add_option("--port", arguments.up.port, "Where phones are served");
  command->callback([&chosen, &arguments] {
    arguments.up.config_file = arguments.config_file;
    chosen = [](const Arguments& given) { return up(given.up); };
  });
}

void add_simulate(CLI::App& app, Arguments& arguments, Run& chosen) {
  auto* command = app.add_subcommand(
      "simulate", "People who ride through a backend; with --config, its books are proved, too");
  declare(*command, arguments.simulate);
  command->callback([&chosen] {
    chosen = [](const Arguments& given) {
      std::optional<Settings> settings;
      if (given.config_file) settings = settings_of(given);
      return simulate(given.simulate, settings);
    };
  });
}

void add_chaos(CLI::App& app, Arguments& arguments, Run& chosen) {
  auto* command = app.add_subcommand(
      "chaos", "Break a private backend under people who use it, and check what they were told");
  declare(*command, arguments.chaos);
  command->callback(
      [&chosen] { chosen = [](const Arguments& given) { return chaos(given.chaos); }; });
}

void add_api_key(CLI::App& app, Arguments& arguments, Run& chosen) {
  auto* command = app.add_subcommand("apikey", "Operators' keys");
  command->require_subcommand(1);
  auto* create = command->add_subcommand("create", "Make a key and show it once");
  create->add_option("--name", arguments.key_name, "Whose it is")->required();
  create->add_option("--scope", arguments.scopes, "Such as drivers:write; repeatable")->required();
  create->add_option("--expires-in-days", arguments.expires_in_days, "Valid for so long");
  create->callback([&chosen] {
    chosen = [](const Arguments& given) {
      create_api_key(settings_of(given), given.key_name, given.scopes, given.expires_in_days);
      return 0;
    };
  });
  command->add_subcommand("ls", "List keys")->callback([&chosen] {
    chosen = [](const Arguments& given) {
      list_api_keys(settings_of(given));
      return 0;
    };
  });
  auto* revoke = command->add_subcommand("revoke", "End a key");
  revoke->add_option("id", arguments.key_id, "As ls shows it")->required();
  revoke->callback([&chosen] {
    chosen = [](const Arguments& given) {
      if (revoke_api_key(settings_of(given), given.key_id)) return 0;
      std::fprintf(stderr, "There is no valid key %s.\n", given.key_id.c_str());
      return 1;
    };
  });
}

void add_contract(CLI::App& app, Arguments& arguments, Run& chosen) {
  auto* command = app.add_subcommand("contract", "Print what phones and services are promised");
  command->add_option("document", arguments.document, "openapi or asyncapi, as YAML")
      ->required()
      ->check(CLI::IsMember({"openapi", "asyncapi"}));
  command->callback([&chosen] {
    chosen = [](const Arguments& given) {
      print_contract(given.document);
      return 0;
    };
  });
}

void add_ledger(CLI::App& app, Run& chosen) {
  auto* command = app.add_subcommand("ledger", "The books");
  command->require_subcommand(1);
  command->add_subcommand("verify", "Prove the books and their seals")->callback([&chosen] {
    chosen = [](const Arguments& given) { return verify_ledger(settings_of(given)); };
  });
}

void add_sandbox(CLI::App& app, Arguments& arguments, Run& chosen) {
  auto* command = app.add_subcommand("sandbox", "Play the payment and SMS providers");
  auto& [config, behaviour] = arguments.sandbox;
  const auto percent = CLI::Range(0, 100);
  command->add_option("--address", config.address, "Where it listens");
  command->add_option("--port", config.port, "Where it listens; 0: any")->capture_default_str();
  command->add_option("--api-key", config.api_key, "What callers must bear")->capture_default_str();
  command->add_option("--webhook-url", config.webhook_url, "Who is told of every order");
  command->add_option("--webhook-secret", config.webhook_secret, "What that is signed with");
  command->add_option("--seed", config.seed, "Of its dice: the same seed, the same luck");
  const auto add_wait = [&](const char* name, std::chrono::milliseconds& wait, const char* help) {
    command->add_option_function<int>(
        name, [&wait](int ms) { wait = std::chrono::milliseconds{ms}; }, help);
  };
  add_wait("--decides-after-ms", behaviour.decides_after, "How long an order is pending");
  add_wait("--hangs-for-ms", behaviour.hangs_for, "How long it doesn't answer when it hangs");
  add_wait("--webhooks-stray-ms", behaviour.webhooks_stray, "Webhooks wait up to so long");
  command->add_option("--decline-percent", behaviour.decline_percent, "Of orders")->check(percent);
  command->add_option("--fail-percent", behaviour.fail_percent, "Of requests")->check(percent);
  command->add_option("--hang-percent", behaviour.hang_percent, "Of requests")->check(percent);
  command->add_option("--duplicate-percent", behaviour.duplicate_percent, "Of webhooks")
      ->check(percent);
  command->callback(
      [&chosen] { chosen = [](const Arguments& given) { return sandbox(given.sandbox); }; });
}

constexpr int nothing_there = 1;

CLI::App* add_dlq_command(CLI::App& dlq, const std::string& name, const std::string& what,
                          Arguments& arguments, Run& chosen, Run run) {
  auto& choice = arguments.dead_letters;
  auto* command = dlq.add_subcommand(name, what);
  command->add_option("--service", choice.service, "users, location, match or rides")
      ->check(CLI::IsMember({"users", "location", "match", "rides"}));
  command->callback([&chosen, run] { chosen = run; });
  return command;
}

void add_dlq_filter(CLI::App& command, DeadLetterChoice& choice) {
  command.add_option("--type", choice.type, "Type of event, such as match.accepted");
  command.add_option("--key", choice.key, "Of this request or user");
  command.add_option("--reason", choice.reason, "Text that the reason contains");
  command.add_option("--since", choice.since, "Died then or later: 2026-01-31T10:00:00Z");
}

void add_dlq(CLI::App& app, Arguments& arguments, Run& chosen) {
  auto& choice = arguments.dead_letters;
  auto* dlq = app.add_subcommand("dlq", "Events that services could not apply");
  dlq->require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& what, Run run) {
    return add_dlq_command(*dlq, name, what, arguments, chosen, run);
  };
  auto* ls = add("ls", "List them", [](const Arguments& given) {
    list_dead_letters(settings_of(given), given.dead_letters);
    return 0;
  });
  auto* show = add("show", "Show one, whole", [](const Arguments& given) {
    return show_dead_letter(settings_of(given), given.dead_letters) ? 0 : nothing_there;
  });
  auto* replay = add("replay", "Let the service try again", [](const Arguments& given) {
    return replay_dead_letters(settings_of(given), given.dead_letters) > 0 ? 0 : nothing_there;
  });
  auto* drop = add("drop", "Forget them: they will never be applied", [](const Arguments& given) {
    return drop_dead_letters(settings_of(given), given.dead_letters) > 0 ? 0 : nothing_there;
  });
  for (auto* command : {ls, show, replay, drop}) {
    command->add_flag("--json", choice.json, "JSON, a line each");
  }
  for (auto* command : {ls, replay, drop}) add_dlq_filter(*command, choice);
  for (auto* command : {replay, drop}) command->add_option("id", choice.id, "As ls shows it");
  show->add_option("id", choice.id, "As ls shows it")->required();
}

void add_others(CLI::App& app, Arguments& arguments, Run& chosen) {
  app.add_subcommand("migrate", "Bring all schemas up to date")->callback([&chosen] {
    chosen = &migrate_all;
  });
  auto* check = app.add_subcommand("check-config", "Check and print the configuration");
  check->add_flag("--reference", arguments.reference, "Print every key with its default instead");
  check->callback([&chosen] { chosen = &check_config; });
  auto* socket = app.add_subcommand("ws", "Talk to the WebSocket: lines in, frames out");
  socket->add_option("--url", arguments.url, "ws:// or wss:// address");
  socket->add_option("--token", arguments.token, "Access token")->required();
  socket->add_option("--linger-ms", arguments.linger_ms, "Wait after the end of the input");
  socket->callback([&chosen] {
    chosen = [](const Arguments& given) {
      return talk_over_socket(given.url, given.token, given.linger_ms);
    };
  });
  app.add_subcommand("version", "Print the version")->callback([&chosen] { chosen = &version; });
}

int run(int argc, char** argv) {
  CLI::App app{"NebengJek: a ride-hailing backend"};
  app.require_subcommand(1);
  Arguments arguments;
  Run chosen = nullptr;
  app.add_option("--config", arguments.config_file, "TOML file; NEBENGJEK_* variables override it");
  add_serve(app, arguments, chosen);
  add_up(app, arguments, chosen);
  add_simulate(app, arguments, chosen);
  add_chaos(app, arguments, chosen);
  add_api_key(app, arguments, chosen);
  add_contract(app, arguments, chosen);
  add_ledger(app, chosen);
  add_sandbox(app, arguments, chosen);
  add_dlq(app, arguments, chosen);
  add_others(app, arguments, chosen);
  CLI11_PARSE(app, argc, argv);
  try {
    return chosen(arguments);
  } catch (const BadConfiguration&) {
    return bad_configuration;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "nebengjek: %s\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace apps::nebengjek

int main(int argc, char** argv) { return apps::nebengjek::run(argc, argv); }
