#pragma once

/// One accepted connection: reads requests, one after another, has them answered, and becomes a
/// WebSocket if asked to. Seen by .cpp files only.

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "platform/http/fault.hpp"
#include "platform/http/input.hpp"
#include "platform/http/request_head.hpp"
#include "platform/http/server.hpp"
#include "platform/http/transport/stream.hpp"
#include "platform/http/trusted_proxies.hpp"
#include "platform/ws/session.hpp"

namespace platform::http {

/// The end of a server: first it goes on, but keeps no connection; then it finishes what it has.
enum class Phase : std::uint8_t { serving, draining, stopping };

/// What the connections of a server share.
struct Service {
  const runtime::Runtime& runtime;
  const ServerConfig& config;
  const Routes& routes;
  const TrustedProxies& proxies;
  Phase phase = Phase::serving;
};

class Connection {
 public:
  Connection(const Service& service, transport::Stream stream, std::string peer_address);

  /// Serves until either side has had enough. Never throws but for its cancellation.
  awaitable<void> serve();

  /// Answers that there are too many of its kind.
  awaitable<void> turn_away();

  /// The server is stopping: finishes the request in flight and closes.
  void stop();

 private:
  enum class After : std::uint8_t { next_request, close };

  /// How a body has come in so far: it has a time to be complete in, and a pace to keep.
  struct Pace {
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    std::size_t received_bytes = 0;
  };

  awaitable<void> open();
  awaitable<void> serve_requests();
  awaitable<bool> request_begins();
  awaitable<After> serve_one();

  awaitable<std::expected<RequestHead, Fault>> read_head();
  awaitable<std::expected<std::string, Fault>> read_body(const RequestHead& head);
  awaitable<std::expected<std::string, Fault>> read_sized(std::size_t length);
  awaitable<std::expected<std::string, Fault>> read_chunked();
  awaitable<bool> fill_body(Pace& pace);
  Request make_request(RequestHead head, std::string body) const;

  awaitable<Response> guarded(const std::function<awaitable<Response>()>& ask, std::string trace);
  awaitable<After> upgrade(Request request);
  awaitable<void> run_socket(Request request, std::unique_ptr<ws::Socket> socket);

  awaitable<After> refuse(Fault fault);
  awaitable<After> send(Response response, bool keep_alive, bool with_body = true);
  Response error_response(const Fault& fault) const;

  const Service& service_;
  transport::Stream stream_;
  bool secure_;
  std::string peer_address_;
  Input input_;
  bool is_first_request_ = true;
  bool is_idle_ = false;  ///< Between requests, with nothing of the next one yet.
  std::shared_ptr<ws::Session> session_;
};

}  // namespace platform::http
