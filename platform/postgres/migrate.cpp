#include "platform/postgres/migrate.hpp"

#include "platform/postgres/blocking.hpp"
#include "platform/postgres/errors.hpp"

namespace platform::postgres {
namespace {

// A lock of the session: it ends with the connection, however that ends.
constexpr Query lock{"migrate.lock",
                     "SELECT pg_advisory_lock(hashtextextended('migrate ' || $1, 0))"};

constexpr std::string_view journal = R"(
  CREATE TABLE IF NOT EXISTS schema_migrations (
    name       text PRIMARY KEY,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now())
)";

constexpr Query find{"migrate.find", R"(
  SELECT checksum = encode(sha256(convert_to($2, 'UTF8')), 'hex') AS unchanged
  FROM schema_migrations WHERE name = $1
)"};

constexpr Query record{"migrate.record", R"(
  INSERT INTO schema_migrations (name, checksum)
  VALUES ($1, encode(sha256(convert_to($2, 'UTF8')), 'hex'))
)"};

/// Whether the step is already there. Refuses one that is there in another form.
bool is_applied(BlockingConnection& connection, const std::string& name, const std::string& sql) {
  const auto rows = connection.run(find, {name, sql});
  if (rows.empty()) return false;
  if (rows.front().get<bool>("unchanged")) return true;
  throw StatementFailed{"migration " + name +
                        " was applied in another form: a released step is never edited, add one"};
}

void apply(BlockingConnection& connection, const std::string& name, const std::string& sql) {
  connection.script(name, "BEGIN");
  connection.script(name, sql);
  connection.run(record, {name, sql});
  connection.script(name, "COMMIT");
}

}  // namespace

std::vector<std::string> migrate(const PoolConfig& config, std::span<const Migration> steps) {
  BlockingConnection connection{config};
  connection.run(lock, {config.schema});
  connection.script("migrate.journal", std::string{journal});
  std::vector<std::string> applied;
  for (const auto& step : steps) {
    const std::string name{step.name};
    const std::string sql{step.sql};
    if (is_applied(connection, name, sql)) continue;
    apply(connection, name, sql);
    applied.push_back(name);
  }
  return applied;
}

}  // namespace platform::postgres
