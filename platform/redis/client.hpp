#pragma once

/// Redis for one thread: commands and pipelines over one connection that heals itself. Everything
/// kept there can be rebuilt, so a caller always has an answer to Unavailable. hiredis (the parser)
/// is seen only by this folder's .cpp files.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "platform/resilience/circuit_breaker.hpp"
#include "platform/runtime/runtime.hpp"

namespace platform::redis {

struct Config {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string username;
  std::string password;
  std::string key_prefix = "nebengjek:";
  std::chrono::milliseconds connect_timeout{500};
  std::chrono::milliseconds answer_timeout{50};
  std::size_t pending_max = 4096;     ///< Commands awaiting an answer; more are refused at once.
  resilience::BreakerConfig breaker;  ///< Opens when commands are waited for in vain.
};

/// Redis can't be reached or didn't answer in time.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Redis answered with an error: a bug of ours, or a server that is read-only or out of memory.
struct CommandFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Reply {
  /// Nil, integer, text (bulk or status) or array.
  std::variant<std::monostate, std::int64_t, std::string, std::vector<Reply>> value;

  bool is_nil() const { return std::holds_alternative<std::monostate>(value); }
  std::int64_t integer() const { return std::get<std::int64_t>(value); }
  const std::string& text() const { return std::get<std::string>(value); }
  const std::vector<Reply>& elements() const { return std::get<std::vector<Reply>>(value); }
  std::optional<std::string> maybe_text() const {
    if (is_nil()) return {};
    return text();
  }
};

using Command = std::vector<std::string>;

class Client {
 public:
  virtual ~Client() = default;

  /// Sends one command and waits for its answer. Throws Unavailable or CommandFailed.
  virtual awaitable<Reply> command(Command command) = 0;

  /// Sends all at once and waits for all answers, in order; the first error is thrown after the
  /// last answer has come.
  virtual awaitable<std::vector<Reply>> pipeline(std::vector<Command> commands) = 0;

  /// Runs a Lua script by its hash, loading it when the server does not know it.
  virtual awaitable<Reply> script(std::string_view source, std::vector<std::string> keys,
                                  std::vector<std::string> arguments) = 0;

  /// The key as stored: prefix and name.
  virtual std::string key(std::string_view name) const = 0;

  virtual awaitable<void> close() = 0;
};

std::unique_ptr<Client> make_client(runtime::Runtime& runtime, Config config);

}  // namespace platform::redis
