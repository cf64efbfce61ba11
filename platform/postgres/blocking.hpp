#pragma once

/// A connection that blocks, for start-up and administration. Internal to this folder.

#include <string>
#include <string_view>
#include <vector>

#include "platform/postgres/libpq.hpp"

namespace platform::postgres {

class BlockingConnection {
 public:
  /// Connects as `config` says, but with the patience of an administrator: statements may take as
  /// long as they need, and wait a minute for locks. Throws Unavailable.
  explicit BlockingConnection(PoolConfig config);

  /// Runs a script of one or many statements; `what` is named in the message when it fails.
  void script(std::string_view what, const std::string& sql);

  /// Runs one statement with parameters.
  Rows run(const Query& query, const std::vector<std::string>& parameters);

  std::string identifier(const std::string& name) const;  ///< Quoted for use in a statement.
  std::string literal(const std::string& value) const;

  /// What PostgreSQL keeps of a password, so that the password itself is in no statement.
  std::string verifier(const std::string& role, const std::string& password) const;

 private:
  Handle handle_;
};

}  // namespace platform::postgres
