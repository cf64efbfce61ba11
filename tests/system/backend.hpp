#pragma once

/// The real program on real servers: what the tests of this folder talk to. Blocks.

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "platform/security/jwt.hpp"
#include "platform/stack/faulty_link.hpp"

namespace tests::system {

/// How the roles are spread over processes. Whatever the shape, phones can't tell.
enum class Shape : std::uint8_t {
  one_process,       ///< `serve all`
  process_per_role,  ///< `serve users`, `serve location` ...
  unhurried,         ///< process_per_role, and waits as long as it does for operators
  two_of_each,       ///< Twice process_per_role, so two edges
  balanced,          ///< two_of_each, and HAProxy before the edges: phones know that alone
  /// process_per_role, and each server and provider at the end of a link that can fail. Codes are
  /// sent by SMS providers.
  behind_links,
  up,  ///< `up`, with servers, secrets and NATS permissions of its own
};
std::string name_of(Shape shape);
void PrintTo(Shape shape, std::ostream* out);

class Backend {
 public:
  virtual ~Backend() = default;  ///< Stops what runs, and removes what it wrote.

  /// Starts what does not run. Returns when every role is ready, with all that it needs, and who
  /// sends phones there knows it.
  virtual void start() = 0;

  /// SIGKILL to every process, or to those that serve `role`: "rides".
  virtual void kill() = 0;
  virtual void kill(const std::string& role) = 0;

  /// SIGKILL, or SIGTERM and waiting until it has ended well, to the first process that serves
  /// `role`. Where there are two of each, the other goes on.
  virtual void kill_one(const std::string& role) = 0;
  virtual void stop_one(const std::string& role) = 0;

  /// All of them: "users-1". SIGTERM to one, and waiting until it has ended well.
  virtual std::vector<std::string> processes() const = 0;
  virtual void stop_process(const std::string& name) = 0;

  /// SIGSTOP and SIGCONT to every process that serves `role`: it is there, and does nothing.
  virtual void pause(const std::string& role) = 0;
  virtual void resume(const std::string& role) = 0;

  /// To "postgres", "redis", "nats", "payments", "sms" or "second_sms", in the shape that has
  /// links.
  virtual platform::stack::FaultyLink& link(const std::string& server) = 0;

  /// SIGTERM to every process. Returns at once, since their sockets close when phones answer.
  virtual void ask_to_stop() = 0;
  /// The same, and returns when all have ended. Throws unless each of them ended well.
  virtual void stop() = 0;

  /// Where phones find it: "http://127.0.0.1:8080".
  virtual const std::vector<std::string>& edges() const = 0;

  /// The sandbox, where texts are found that SMS providers have taken: "http://127.0.0.1:8090".
  /// Empty: there are none, and codes are in the development inbox.
  virtual std::string sms_sandbox() const = 0;

  /// Where staff find `role`: "http://127.0.0.1:9104".
  virtual std::string admin(const std::string& role) const = 0;

  /// What it signs access tokens with, so that tests can forge them.
  virtual std::unique_ptr<platform::security::SigningKey> signing_key() const = 0;

  /// Runs a command of the terminal, such as {"apikey", "ls"}, to its end, and returns what it
  /// printed. Throws when it fails.
  virtual std::string operate(std::vector<std::string> arguments) = 0;

  /// What went wrong so far, by its own account: the warnings and errors of all logs.
  virtual std::vector<std::string> complaints() const = 0;
};

/// The one that runs in this shape, started if need be; that of another shape is stopped first.
/// All but `up` share their servers, and so their data.
Backend& backend(Shape shape);

}  // namespace tests::system
