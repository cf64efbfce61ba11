#pragma once

/// What tests of a whole service share: its database, NATS, and a clean start.

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "platform/bus/connection.hpp"
#include "platform/bus/migrations.hpp"
#include "platform/postgres/migrate.hpp"
#include "tests/support/stack_fixture.hpp"

namespace tests::support {

/// To the NATS that tests share.
inline std::unique_ptr<platform::bus::Link> bus_link() {
  return platform::bus::make_link(
      {.url = "nats://127.0.0.1:" + std::to_string(addresses().nats_port)});
}

/// A new schema with what every service has, and `own_steps`.
inline platform::postgres::PoolConfig migrated(
    const std::string& name, std::span<const platform::postgres::Migration> own_steps) {
  auto config = fresh_database_config(name);
  std::vector<platform::postgres::Migration> steps;
  for (const auto part : {platform::bus::migrations(), own_steps}) {
    steps.insert(steps.end(), part.begin(), part.end());
  }
  platform::postgres::migrate(config, steps);
  return config;
}

/// Events of an earlier test, whose schema is gone.
inline platform::awaitable<void> forget_streams(platform::bus::Connection& connection,
                                                std::vector<std::string> services) {
  for (const auto& service : services) {
    co_await connection.request("$JS.API.STREAM.DELETE.EVENTS_" + service, "", {},
                                std::chrono::seconds{2});
  }
}

}  // namespace tests::support
