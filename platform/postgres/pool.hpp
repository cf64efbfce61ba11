#pragma once

/// A bounded pool of connections that belongs to one thread.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "platform/postgres/session.hpp"
#include "platform/resilience/circuit_breaker.hpp"
#include "platform/runtime/runtime.hpp"

namespace platform::postgres {

struct PoolConfig {
  std::string host = "127.0.0.1";  ///< Address, or the folder of a Unix socket.
  int port = 5432;
  std::string database = "nebengjek";
  std::string user;
  std::string password;
  std::string schema;  ///< Becomes the search_path.
  std::string tls_mode = "prefer";
  std::string application_name = "nebengjek";
  std::size_t connections_max = 8;
  std::size_t waiting_max = 256;  ///< More waiters than this are refused at once.
  std::chrono::milliseconds connect_timeout{2000};
  std::chrono::milliseconds lease_timeout{500};      ///< Waiting for a free connection.
  std::chrono::milliseconds statement_timeout{400};  ///< Set on the server for each session.
  std::chrono::milliseconds lock_timeout{300};
  std::chrono::milliseconds idle_in_transaction_timeout{5000};
  std::chrono::milliseconds answer_timeout{500};  ///< Ours, for a server that is silent.
  resilience::BreakerConfig breaker;              ///< Opens when calls are waited for in vain.
};

class Pool;

/// A transaction on a leased connection. Commit it, or its end rolls it back: then the connection
/// returns to the pool when the rollback is done, or is closed if it was left in the middle of a
/// statement.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual Session& session() = 0;
  virtual awaitable<void> commit() = 0;
  virtual awaitable<void> rollback() = 0;
};

class Pool {
 public:
  virtual ~Pool() = default;

  /// Runs one statement in a transaction of its own, on any connection.
  template <class... Parameters>
  awaitable<Rows> run(const Query& query, const Parameters&... parameters) {
    return run_with(query, std::vector<Text>{to_nullable(parameters)...});
  }
  virtual awaitable<Rows> run_with(Query query, std::vector<Text> parameters) = 0;

  /// Leases a connection and opens a transaction on it. Throws Unavailable.
  virtual awaitable<std::unique_ptr<Transaction>> begin() = 0;

  /// Closes every connection; waits for leased ones to come back.
  virtual awaitable<void> close() = 0;
};

std::unique_ptr<Pool> make_pool(runtime::Runtime& runtime, PoolConfig config);

}  // namespace platform::postgres
