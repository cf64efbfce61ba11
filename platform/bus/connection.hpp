#pragma once

/// NATS for one thread. Underneath is one pair of connections per process (one flushes at once, for
/// requests; one in bulk, for signals); messages are handed to the thread that subscribed. cnats is
/// seen only by this folder's .cpp files.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/resilience/circuit_breaker.hpp"
#include "platform/runtime/runtime.hpp"

namespace platform::bus {

struct Config {
  std::string url = "nats://127.0.0.1:4222";
  std::string username;
  std::string password;
  std::string ca_file;  ///< With a tls:// url.
  std::string name = "nebengjek";
  std::chrono::milliseconds request_timeout{500};
  std::chrono::milliseconds connect_timeout{1'000};
  std::chrono::milliseconds reconnect_wait{100};  ///< Plus up to as much again, at random.
  /// A server that answers no ping for three of these is taken for dead.
  std::chrono::milliseconds ping_interval{1'000};
  /// The longest that a publisher's thread is held up by a server that has stopped reading.
  std::chrono::milliseconds write_timeout{200};
  std::size_t pending_messages_max = 65'536;  ///< Per subscription; beyond it the oldest are lost.
  std::size_t pending_requests_max = 4'096;   ///< Per Connection; beyond it they are refused.
  resilience::BreakerConfig breaker;  ///< Of each service that is asked: opens when none answers.
};

/// No connection, nobody serves the subject, or no answer in time: whether the request took effect
/// is unknown unless `nobody_serves`.
struct Unavailable : std::runtime_error {
  explicit Unavailable(const std::string& message, bool nobody = false)
      : std::runtime_error(message), nobody_serves(nobody) {}
  bool nobody_serves;
};

using MessageHeaders = std::vector<std::pair<std::string, std::string>>;

struct Message {
  std::string subject;
  std::string reply_to;
  MessageHeaders headers;
  std::string data;

  std::string_view header(std::string_view name) const;
};

/// Called on the subscriber's thread, in the order of arrival.
using MessageHandler = std::function<void(Message)>;

/// Ends when destroyed: no handler runs after that.
class Subscription {
 public:
  virtual ~Subscription() = default;

  /// Asks the server for nothing new. What it has sent already still comes, and has come when a
  /// `flush` is done that began afterwards.
  virtual void wind_down() = 0;
};

class Connection {
 public:
  virtual ~Connection() = default;

  /// At once, on the latency connection. Throws Unavailable when there is no connection: nothing is
  /// kept back to surprise somebody later. Throws std::length_error beyond what the server takes,
  /// which is 1 MiB unless it was told otherwise.
  virtual void publish(const std::string& subject, std::string_view data,
                       const MessageHeaders& headers = {}) = 0;

  /// As `publish`, naming the subject where answers are awaited, which has been subscribed to.
  virtual void publish_request(const std::string& subject, const std::string& reply_to,
                               std::string_view data, const MessageHeaders& headers = {}) = 0;

  /// A subject of nobody else, to be told to others: "_INBOX.<random>".
  virtual std::string new_inbox() = 0;

  /// In bulk, at most a millisecond later; silently nothing while there is no connection: signals.
  virtual void publish_signal(const std::string& subject, std::string_view data) = 0;

  /// One request, one reply. Throws Unavailable. Completes at once when cancelled.
  virtual awaitable<Message> request(std::string subject, std::string data,
                                     MessageHeaders headers = {},
                                     std::chrono::milliseconds limit = {}) = 0;

  /// With a queue name, members of the queue share the messages; empty: every subscriber has all.
  virtual std::unique_ptr<Subscription> subscribe(const std::string& subject,
                                                  const std::string& queue,
                                                  MessageHandler handler) = 0;

  virtual bool connected() const = 0;

  /// Waits until what was published has reached the server. Throws Unavailable after `limit`.
  virtual awaitable<void> flush(std::chrono::milliseconds limit) = 0;
};

/// The pair of connections that a process shares; thread-safe. It tries to connect once before it
/// is returned, and from then on in the background and for ever; destroyed after every Connection.
class Link {
 public:
  virtual ~Link() = default;
  virtual std::unique_ptr<Connection> attach(runtime::Runtime& runtime) = 0;
};

/// Throws Unavailable when the server refuses us now. Refused later, twice in a row, the link is
/// dead for good, and an error is logged.
std::unique_ptr<Link> make_link(const Config& config);

}  // namespace platform::bus
