#include "apps/nebengjek/settings.hpp"

#include <algorithm>
#include <iterator>

#include "services/binding/reactions.hpp"

namespace apps::nebengjek {

using platform::config::at_least;
using platform::config::between;
using platform::config::Keys;
using platform::config::Problems;
using platform::config::Section;
using services::binding::service_name;

namespace {

constexpr int first_admin_port = 9101;
constexpr int service_bad_percent_min = 75;

void declare_process(Section section, Settings& settings) {
  section.key("log_level", settings.log_level, "The least that is logged");
  section.key("log_format", settings.log_format, "json for machines, text for a terminal");
  section.key("admin_address", settings.admin_address,
              "Address of health, metrics and operators' calls");
  section.key("shutdown_grace_ms", settings.shutdown_grace,
              "How long what is in flight may take to finish", at_least(0));
}

void declare_postgres(Section section, Settings& settings) {
  auto& postgres = settings.postgres;
  section.key("host", postgres.host, "Address, or the folder of a Unix socket");
  section.key("port", postgres.port, "Port", between(1, 65'535));
  section.key("database", postgres.database, "Database");
  section.key("tls_mode", postgres.tls_mode, "sslmode of libpq: disable, require, verify-full ...");
  section.key("connections_max", postgres.connections_max, "Connections per thread", at_least(1));
  section.key("statement_timeout_ms", postgres.statement_timeout, "Longest statement", at_least(1));
  section.key("lock_timeout_ms", postgres.lock_timeout, "Longest wait for a lock", at_least(1));
  section.key("administrator", settings.postgres_administrator,
              "Role that `migrate` makes the services' roles and schemas with");
  section.secret("administrator_password", settings.postgres_administrator_password,
                 "Its password; `migrate` alone needs it");
}

void declare_redis(Section section, Settings& settings) {
  auto& redis = settings.redis;
  section.key("host", redis.host, "Address");
  section.key("port", redis.port, "Port", between(1, 65'535));
  section.key("username", redis.username, "ACL user; empty: the default user");
  section.secret("password", redis.password, "Password; empty: none");
  section.key("key_prefix", redis.key_prefix, "What every key begins with");
  section.key("answer_timeout_ms", redis.answer_timeout, "Deadline of a command", at_least(1));
}

void declare_nats(Section section, Settings& settings) {
  section.key("url", settings.nats.url, "nats:// or tls:// address, several with commas");
  section.key("ca_file", settings.nats.ca_file, "PEM of the authority behind a tls:// url");
  section.key("request_timeout_ms", settings.nats.request_timeout, "Deadline of a request",
              at_least(1));
}

void declare_circuits(Section section, platform::resilience::BreakerConfig& breaker) {
  section.key("window_ms", breaker.window, "How far back calls count", at_least(10));
  section.key("calls_min", breaker.calls_min, "Fewer calls say nothing", at_least(1));
  section.key("bad_percent", breaker.bad_percent, "This share of them in vain opens the circuit",
              between(1, 100));
  section.key("open_for_ms", breaker.open_for, "No calls for so long", at_least(1));
  section.key("probes", breaker.probes, "Calls that must go well before it closes", at_least(1));
}

void declare_role(Section section, RoleSettings& role) {
  section.secret("postgres_password", role.postgres_password, "Of the service's PostgreSQL role");
  section.secret("nats_password", role.nats_password, "Of the service's NATS user; empty: none");
  section.key("admin_port", role.admin_port, "Port of health, metrics and operators' calls",
              between(0, 65'535));
  section.key("threads", role.threads, "Threads, each with its own connections", between(1, 256));
}

}  // namespace

Settings::Settings() {
  int admin_port = first_admin_port;
  for (const auto role : all_roles) roles[role].admin_port = admin_port++;
  users.http.port = 8080;
}

platform::postgres::PoolConfig Settings::postgres_of(Role role) const {
  auto config = postgres;
  config.breaker = circuits;
  config.user = account_of(role);
  config.password = roles.at(role).postgres_password;
  config.schema = service_name(role);
  config.application_name = account_of(role);
  return config;
}

platform::postgres::PoolConfig Settings::postgres_of_administrator() const {
  auto config = postgres;
  config.user = postgres_administrator;
  config.password = postgres_administrator_password;
  return config;
}

platform::redis::Config Settings::redis_of_services() const {
  auto config = redis;
  config.breaker = circuits;
  return config;
}

platform::bus::Config Settings::nats_of(Role role) const {
  auto config = nats;
  config.breaker = circuits;
  // A service has several instances: one of two that hangs must not cut off the other.
  config.breaker.bad_percent = std::max(circuits.bad_percent, service_bad_percent_min);
  config.name = account_of(role);
  config.password = roles.at(role).nats_password;
  if (!config.password.empty()) config.username = account_of(role);
  return config;
}

void declare(Keys& keys, Settings& settings) {
  declare_process(keys.section("process", "How the program runs"), settings);
  declare_postgres(keys.section("postgres", "The store of record"), settings);
  declare_redis(keys.section("redis", "What can be rebuilt"), settings);
  declare_nats(keys.section("nats", "What carries everything between services"), settings);
  declare_circuits(keys.section("circuits", "When to stop calling what does not answer"),
                   settings.circuits);
  auto roles = keys.section("role", "What differs from service to service");
  for (auto& [role, role_settings] : settings.roles) {
    declare_role(roles.section(service_name(role), "The service " + service_name(role)),
                 role_settings);
  }
  services::users::declare(keys.section("users", "Accounts and the edge"), settings.users);
  services::location::declare(keys.section("location", "The live map"), settings.location);
  services::match::declare(keys.section("match", "Requests and dispatch"), settings.match);
  services::rides::declare(keys.section("rides", "Rides, fares and payments"), settings.rides);
}

Problems load(Settings& settings, const std::optional<std::filesystem::path>& file) {
  Keys keys;
  declare(keys, settings);
  auto problems = platform::config::load(
      platform::config::read(file, platform::config::process_environment()), keys);
  for (auto found :
       {services::users::validate(settings.users), services::location::validate(settings.location),
        services::match::validate(settings.match), services::rides::validate(settings.rides)}) {
    std::ranges::move(found, std::back_inserter(problems));
  }
  return problems;
}

std::string account_of(Role role) { return "nebengjek_" + service_name(role); }

}  // namespace apps::nebengjek
