#include "platform/postgres/libpq.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <libpq-fe.h>

#include "platform/postgres/errors.hpp"
#include "platform/postgres/failure.hpp"

namespace platform::postgres {
namespace {

using Settings = std::vector<std::pair<const char*, std::string>>;

std::string quoted_identifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string option(std::string_view name, std::string_view value) {
  std::string text = " -c " + std::string{name} + "=";
  for (const char c : value) {
    if (c == ' ' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::string option(std::string_view name, std::chrono::milliseconds value) {
  return option(name, to_text(std::int64_t{value.count()}));
}

/// The server's settings of each session. A client that is gone is noticed in the midst of a
/// statement, so nobody needs to send it a cancel request.
std::string session_options(const PoolConfig& config) {
  return option("timezone", "UTC") + option("datestyle", "ISO") +
         (config.schema.empty() ? "" : option("search_path", quoted_identifier(config.schema))) +
         option("statement_timeout", config.statement_timeout) +
         option("lock_timeout", config.lock_timeout) +
         option("idle_in_transaction_session_timeout", config.idle_in_transaction_timeout) +
         option("client_connection_check_interval", std::chrono::milliseconds{1000});
}

/// libpq wants as many hosts as addresses.
std::string repeated(const std::string& host, const std::string& addresses) {
  std::string hosts = host;
  for (auto commas = std::ranges::count(addresses, ','); commas > 0; --commas) hosts += "," + host;
  return hosts;
}

Settings settings_of(const PoolConfig& config, const std::string& addresses) {
  const auto connect_seconds = std::chrono::ceil<std::chrono::seconds>(config.connect_timeout);
  return {{"host", repeated(config.host, addresses)},
          {"hostaddr", addresses},
          {"port", to_text(config.port)},
          {"dbname", config.database},
          {"user", config.user},
          {"password", config.password},
          {"sslmode", config.tls_mode},
          {"gssencmode", "disable"},
          {"application_name", config.application_name},
          {"client_encoding", "UTF8"},
          {"connect_timeout", to_text(std::int64_t{connect_seconds.count()})},
          {"options", session_options(config)}};
}

template <class Connect>
Handle connect_with(Connect connect, const Settings& settings) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : settings) {
    names.push_back(name);
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  Handle handle{connect(names.data(), values.data(), 0)};
  if (!handle) throw Unavailable{"out of memory"};
  if (PQstatus(handle.get()) == CONNECTION_BAD) throw Unavailable{last_message(handle)};
  PQsetNoticeProcessor(handle.get(), [](void*, const char*) {}, nullptr);
  return handle;
}

std::string on_one_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return text;
}

std::string field(const Result& result, int code) {
  const char* text = PQresultErrorField(result.get(), code);
  return text ? text : "";
}

std::vector<Text> cells_of(const pg_result* result, int row) {
  std::vector<Text> cells(static_cast<std::size_t>(PQnfields(result)));
  for (int column = 0; column < PQnfields(result); ++column) {
    if (PQgetisnull(result, row, column)) continue;
    cells[static_cast<std::size_t>(column)].emplace(
        PQgetvalue(result, row, column),
        static_cast<std::size_t>(PQgetlength(result, row, column)));
  }
  return cells;
}

}  // namespace

void CloseHandle::operator()(pg_conn* handle) const { PQfinish(handle); }
void ClearResult::operator()(pg_result* result) const { PQclear(result); }

Handle start_connecting(const PoolConfig& config, const std::string& addresses) {
  return connect_with(PQconnectStartParams, settings_of(config, addresses));
}

Handle connect_and_wait(const PoolConfig& config) {
  return connect_with(PQconnectdbParams, settings_of(config, ""));
}

std::string last_message(const Handle& handle) { return on_one_line(PQerrorMessage(handle.get())); }

void throw_if_failed(const Result& result, std::string_view query) {
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_FATAL_ERROR && status != PGRES_BAD_RESPONSE) return;
  const auto sqlstate = field(result, PG_DIAG_SQLSTATE);
  const auto said = field(result, PG_DIAG_MESSAGE_PRIMARY);
  const auto reason =
      said.empty() ? on_one_line(PQresultErrorMessage(result.get())) : said + " (" + sqlstate + ")";
  throw_failure(sqlstate, std::string{query} + ": " + reason,
                field(result, PG_DIAG_CONSTRAINT_NAME));
}

bool has_outdated_plan(const Result& result) {
  constexpr std::string_view feature_not_supported = "0A000";
  return field(result, PG_DIAG_SQLSTATE) == feature_not_supported;
}

Rows to_rows(const Result& result) {
  std::vector<std::string> names;
  for (int column = 0; column < PQnfields(result.get()); ++column) {
    names.emplace_back(PQfname(result.get(), column));
  }
  std::vector<std::vector<Text>> cells;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    cells.push_back(cells_of(result.get(), row));
  }
  const std::string_view affected = PQcmdTuples(result.get());
  return {std::move(names), std::move(cells),
          affected.empty() ? 0 : static_cast<std::size_t>(from_text<std::int64_t>(affected))};
}

}  // namespace platform::postgres
