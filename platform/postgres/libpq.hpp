#pragma once

/// libpq's objects with owners, and what is asked of them in more than one place. Internal to this
/// folder; libpq-fe.h itself is seen by .cpp files only.

#include <memory>
#include <string>
#include <string_view>

#include "platform/postgres/pool.hpp"

struct pg_conn;
struct pg_result;

namespace platform::postgres {

struct CloseHandle {
  void operator()(pg_conn* handle) const;
};
struct ClearResult {
  void operator()(pg_result* result) const;
};
using Handle = std::unique_ptr<pg_conn, CloseHandle>;
using Result = std::unique_ptr<pg_result, ClearResult>;

/// Begins to connect without waiting. `addresses` are those of `config.host`, separated by commas;
/// none for the folder of a Unix socket.
Handle start_connecting(const PoolConfig& config, const std::string& addresses);

/// Connects and waits for it. Throws Unavailable.
Handle connect_and_wait(const PoolConfig& config);

/// What libpq last said about the connection, on one line.
std::string last_message(const Handle& handle);

/// Throws what errors.hpp says when the result is an error; `query` is named in the message.
/// Details are left out: they quote the values of rows.
void throw_if_failed(const Result& result, std::string_view query);

/// Whether a statement failed because a migration changed its rows since it was prepared.
bool has_outdated_plan(const Result& result);

Rows to_rows(const Result& result);

}  // namespace platform::postgres
