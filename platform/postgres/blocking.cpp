#include "platform/postgres/blocking.hpp"

#include <utility>

#include <libpq-fe.h>

#include "platform/postgres/errors.hpp"

namespace platform::postgres {
namespace {

struct FreeText {
  void operator()(char* text) const { PQfreemem(text); }
};

std::string owned(char* text, const Handle& handle) {
  if (!text) throw StatementFailed{last_message(handle)};
  return std::unique_ptr<char, FreeText>{text}.get();
}

PoolConfig patient(PoolConfig config) {
  config.statement_timeout = std::chrono::milliseconds::zero();
  config.lock_timeout = std::chrono::minutes{1};
  config.idle_in_transaction_timeout = std::chrono::minutes{1};
  return config;
}

}  // namespace

BlockingConnection::BlockingConnection(PoolConfig config)
    : handle_(connect_and_wait(patient(std::move(config)))) {}

void BlockingConnection::script(std::string_view what, const std::string& sql) {
  const Result result{PQexec(handle_.get(), sql.c_str())};
  throw_if_failed(result, what);
}

Rows BlockingConnection::run(const Query& query, const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  for (const auto& text : parameters) values.push_back(text.c_str());
  const Result result{PQexecParams(handle_.get(), std::string{query.text}.c_str(),
                                   static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                                   nullptr, 0)};
  throw_if_failed(result, query.name);
  return to_rows(result);
}

std::string BlockingConnection::identifier(const std::string& name) const {
  return owned(PQescapeIdentifier(handle_.get(), name.data(), name.size()), handle_);
}

std::string BlockingConnection::literal(const std::string& value) const {
  return owned(PQescapeLiteral(handle_.get(), value.data(), value.size()), handle_);
}

std::string BlockingConnection::verifier(const std::string& role,
                                         const std::string& password) const {
  return owned(
      PQencryptPasswordConn(handle_.get(), password.c_str(), role.c_str(), "scram-sha-256"),
      handle_);
}

}  // namespace platform::postgres
