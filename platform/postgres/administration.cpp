#include "platform/postgres/administration.hpp"

#include <libpq-fe.h>

#include "platform/postgres/blocking.hpp"

namespace platform::postgres {
namespace {

constexpr Query lock{"administration.lock", "SELECT pg_advisory_lock(hashtext('administration'))"};
constexpr Query find_role{"administration.find_role",
                          "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1"};
constexpr Query find_database{"administration.find_database",
                              "SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1"};

std::string role_statement(BlockingConnection& connection, const std::string& role,
                           const std::string& password) {
  const std::string verb = connection.run(find_role, {role}).empty() ? "CREATE" : "ALTER";
  return verb + " ROLE " + connection.identifier(role) + " LOGIN PASSWORD " +
         connection.literal(connection.verifier(role, password)) + ";";
}

}  // namespace

bool answers(const PoolConfig& config) {
  const auto port = to_text(config.port);
  const char* const names[] = {"host", "port", "dbname", "connect_timeout", nullptr};
  const char* const values[] = {config.host.c_str(), port.c_str(), "postgres", "2", nullptr};
  return PQpingParams(names, values, 0) == PQPING_OK;
}

void create_database(const PoolConfig& administrator, const std::string& database) {
  BlockingConnection connection{administrator};
  connection.run(lock, {});
  if (!connection.run(find_database, {database}).empty()) return;
  connection.script("create database", "CREATE DATABASE " + connection.identifier(database));
}

void create_schema(const PoolConfig& administrator, const std::string& schema,
                   const std::string& role, const std::string& password) {
  BlockingConnection connection{administrator};
  connection.run(lock, {});
  const auto owner = connection.identifier(role);
  const auto database = connection.identifier(administrator.database);
  const auto room = connection.identifier(schema);
  connection.script("create schema",
                    role_statement(connection, role, password) + "CREATE SCHEMA IF NOT EXISTS " +
                        room + " AUTHORIZATION " + owner + "; REVOKE ALL ON SCHEMA public, " +
                        room + " FROM PUBLIC; REVOKE ALL ON DATABASE " + database +
                        " FROM PUBLIC; GRANT CONNECT ON DATABASE " + database + " TO " + owner);
}

void drop_schema(const PoolConfig& administrator, const std::string& schema,
                 const std::string& role) {
  BlockingConnection connection{administrator};
  connection.run(lock, {});
  const auto owner = connection.identifier(role);
  connection.script("drop schema", "DROP SCHEMA IF EXISTS " + connection.identifier(schema) +
                                       " CASCADE; REVOKE ALL ON DATABASE " +
                                       connection.identifier(administrator.database) + " FROM " +
                                       owner + "; DROP ROLE IF EXISTS " + owner);
}

}  // namespace platform::postgres
