#pragma once

/// Everything an operator can set, for all roles: one TOML file and NEBENGJEK_* variables.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "contracts/operation.hpp"
#include "platform/bus/connection.hpp"
#include "platform/config/load.hpp"
#include "platform/postgres/pool.hpp"
#include "platform/redis/client.hpp"
#include "platform/telemetry/log.hpp"
#include "services/location/config.hpp"
#include "services/match/config.hpp"
#include "services/rides/config.hpp"
#include "services/users/config.hpp"

namespace apps::nebengjek {

using Role = contracts::Owner;
inline constexpr Role all_roles[] = {Role::users, Role::location, Role::match, Role::rides};

/// What differs from role to role of the shared servers.
struct RoleSettings {
  std::string postgres_password;
  std::string nats_password;
  int admin_port = 0;  ///< Health, metrics and operators' calls; 0: any.
  std::size_t threads = 1;
};

struct Settings {
  platform::telemetry::Level log_level = platform::telemetry::Level::info;
  platform::telemetry::LogFormat log_format = platform::telemetry::LogFormat::json;
  std::string admin_address = "127.0.0.1";
  std::chrono::milliseconds shutdown_grace{10'000};

  platform::postgres::PoolConfig postgres;  ///< Without user, password and schema.
  std::string postgres_administrator = "postgres";
  std::string postgres_administrator_password;
  platform::redis::Config redis;
  platform::bus::Config nats;                    ///< Without user and password.
  platform::resilience::BreakerConfig circuits;  ///< Of whatever a service calls.
  std::map<Role, RoleSettings> roles;

  services::users::UsersConfig users;
  services::location::LocationConfig location;
  services::match::MatchConfig match;
  services::rides::RidesConfig rides;

  Settings();

  /// A service's own role and schema.
  platform::postgres::PoolConfig postgres_of(Role role) const;
  platform::postgres::PoolConfig postgres_of_administrator() const;
  platform::redis::Config redis_of_services() const;
  platform::bus::Config nats_of(Role role) const;
};

void declare(platform::config::Keys& keys, Settings& settings);

/// The file, then the environment, then what the whole must satisfy; every problem is a sentence.
platform::config::Problems load(Settings& settings,
                                const std::optional<std::filesystem::path>& file);

/// The PostgreSQL role and NATS user of a service: "nebengjek_rides".
std::string account_of(Role role);

}  // namespace apps::nebengjek
