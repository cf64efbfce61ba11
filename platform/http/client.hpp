#pragma once

/// An HTTP/1.1 client for one thread: adapters to SMS and payment providers, traces, tests and the
/// simulator. Connections are kept alive and bounded per host. It never repeats a request: only the
/// caller knows whether that is safe.

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "platform/http/message.hpp"
#include "platform/runtime/runtime.hpp"

namespace platform::http {

/// No answer: refused, reset, TLS failure or deadline. The request may have been carried out.
struct NoAnswer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ClientConfig {
  std::string ca_file;  ///< Empty: the system's certificates.
  std::size_t connections_per_host_max = 32;
  std::size_t body_max_bytes = 1 << 20;
  std::chrono::milliseconds connect_timeout{3'000};
};

class Client {
 public:
  virtual ~Client() = default;

  /// `url` is absolute ("http://..." or "https://..."). Any status is an answer; throws NoAnswer,
  /// also for an answer that is broken or larger than `body_max_bytes`. `limit` includes waiting
  /// for a connection.
  virtual awaitable<Response> send(Method method, std::string url, Headers headers,
                                   std::string body, std::chrono::milliseconds limit) = 0;

  /// Ends what is in flight with NoAnswer and closes all connections. Called before destruction,
  /// if anything has been sent.
  virtual awaitable<void> close() = 0;
};

std::unique_ptr<Client> make_client(runtime::Runtime& runtime, ClientConfig config = {});

}  // namespace platform::http
