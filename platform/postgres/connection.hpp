#pragma once

/// One connection to PostgreSQL, in libpq's pipeline mode, on the executor of whoever opened it.
/// Used by one coroutine at a time. Internal to this folder.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "platform/postgres/borrowed_socket.hpp"
#include "platform/postgres/libpq.hpp"
#include "platform/postgres/session.hpp"

namespace platform::postgres {

struct Statement {
  Query query;
  std::vector<Text> parameters;
};

inline constexpr Query begin_statement{"begin", "BEGIN"};
inline constexpr Query commit_statement{"commit", "COMMIT"};
inline constexpr Query rollback_statement{"rollback", "ROLLBACK"};

class Connection {
 public:
  enum class State : std::uint8_t {
    idle,
    in_transaction,
    in_failed_transaction,  ///< Can only be rolled back.
    broken,                 ///< Of no more use: gone, or left before its answer came.
  };

  /// Connects and signs in within `config.connect_timeout`. Throws Unavailable.
  static awaitable<std::unique_ptr<Connection>> open(const PoolConfig& config);

  /// Takes over a handle that is connected.
  Connection(const boost::asio::any_io_executor& executor, Handle handle,
             std::chrono::milliseconds answer_timeout);

  State state() const;

  /// Whether the server has hung up since the last statement, as far as is known here by now.
  bool has_hung_up() const;

  /// Runs the statements in one round trip, up to the first that fails, and returns the rows of the
  /// last. Each is prepared when it is first seen. Throws as errors.hpp says; completes at once
  /// when cancelled, and the connection is broken then.
  awaitable<Rows> run(std::vector<Statement> statements);

  /// See Session::copy_in.
  awaitable<void> copy_in(std::string table_and_columns, std::vector<std::vector<Text>> rows);

 private:
  /// What an answer is awaited for.
  struct Question {
    Query query;
    bool prepares = false;
  };

  void check(const Statement& statement) const;
  std::vector<Question> queue(const std::vector<Statement>& statements);
  awaitable<std::vector<Result>> answers();
  void remember_prepared(const std::vector<Question>& questions,
                         const std::vector<Result>& results);
  awaitable<Result> send_copy(std::string command, const std::vector<std::vector<Text>>& rows);
  awaitable<void> send_lines(const std::vector<std::vector<Text>>& rows);

  void start(std::string_view what);
  void must(int libpq_result) const;
  awaitable<void> wait(Readiness readiness);
  awaitable<void> flush();
  awaitable<Result> next_result();

  Handle handle_;
  BorrowedSocket socket_;  // Lets go of the socket before the handle closes it.
  std::chrono::milliseconds answer_timeout_;
  Deadline deadline_;
  std::string current_;  // What is being run, for messages.
  bool answer_outstanding_ = false;
  bool outdated_ = false;  // A table has changed under a prepared statement.
  std::map<std::string, std::string, std::less<>> prepared_;  // Name to text.
};

}  // namespace platform::postgres
