#include "platform/http/connection.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "platform/http/chunked_body.hpp"
#include "platform/http/problem.hpp"
#include "platform/http/response_head.hpp"
#include "platform/http/upgrade.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::http {
namespace {

namespace asio = boost::asio;
using boost::system::system_error;
using namespace std::chrono_literals;

/// How long an answered connection waits for the peer to close first.
constexpr auto linger_timeout = 1'000ms;
/// A stopping server still takes a request that was on its way to an idle connection.
constexpr auto last_patience = 200ms;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr auto retry_after_seconds = "1";

using Failed = std::unexpected<Fault>;

/// The peer has gone, or this task has been cancelled: there is nobody to answer.
void report_end(const system_error& error) {
  telemetry::debug("http.connection_ended", {{"reason", error.code().message()}});
}

}  // namespace

Connection::Connection(const Service& service, transport::Stream stream, std::string peer_address)
    : service_(service),
      stream_(std::move(stream)),
      secure_(stream_.is_tls()),
      peer_address_(std::move(peer_address)) {}

awaitable<void> Connection::serve() {
  try {
    co_await open();
    co_await serve_requests();
  } catch (const system_error& error) {
    report_end(error);
  }
}

awaitable<void> Connection::turn_away() {
  try {
    co_await open();
    co_await refuse(faults::too_many_connections);
    co_await stream_.finish(linger_timeout);
  } catch (const system_error& error) {
    report_end(error);
  }
}

void Connection::stop() {
  if (session_) {
    session_->close(ws::CloseCode::going_away);
  } else if (is_idle_) {
    stream_.expire_after(last_patience);
  }
}

awaitable<void> Connection::open() {
  stream_.expire_after(service_.config.head_timeout);
  co_await stream_.accept_tls();
  stream_.expire_never();
}

awaitable<void> Connection::serve_requests() {
  while (co_await request_begins()) {
    if (co_await serve_one() == After::next_request) continue;
    if (!session_) co_await stream_.finish(linger_timeout);
    break;
  }
}

awaitable<bool> Connection::request_begins() {
  if (!input_.empty()) co_return true;
  const auto& config = service_.config;
  const auto patience = is_first_request_ ? config.head_timeout : config.idle_timeout;
  is_first_request_ = false;
  stream_.expire_after(service_.phase == Phase::stopping ? last_patience : patience);
  is_idle_ = true;
  const bool began = co_await input_.fill(stream_);
  is_idle_ = false;
  co_return began;
}

awaitable<Connection::After> Connection::serve_one() {
  auto head = co_await read_head();
  if (!head) co_return co_await refuse(head.error());
  auto body = co_await read_body(*head);
  if (!body) co_return co_await refuse(body.error());
  stream_.expire_never();

  const bool keep_alive = head->keep_alive, wants_websocket = head->wants_websocket;
  const bool with_body = head->method != Method::head;
  auto request = make_request(std::move(*head), std::move(*body));
  if (wants_websocket) co_return co_await upgrade(std::move(request));
  std::string trace{request.headers.find("traceparent").value_or("")};
  auto response = co_await guarded([&] { return service_.routes.on_request(std::move(request)); },
                                   std::move(trace));
  co_return co_await send(std::move(response), keep_alive, with_body);
}

awaitable<std::expected<RequestHead, Fault>> Connection::read_head() {
  const HeadLimits limits{service_.config.request_line_max_bytes,
                          service_.config.headers_max_bytes};
  for (bool is_timed = false;; is_timed = true) {
    if (input_.view().starts_with("\r\n")) input_.consume(2);  // as RFC 9112 asks of servers
    const auto length = find_head(input_.view(), limits);
    if (!length) co_return Failed(length.error());
    if (*length) {
      auto head = parse_head(input_.view().substr(0, **length));
      input_.consume(**length);
      co_return head;
    }
    if (!is_timed) stream_.expire_after(service_.config.head_timeout);
    if (!co_await input_.fill(stream_)) co_return Failed(faults::head_too_slow);
  }
}

awaitable<std::expected<std::string, Fault>> Connection::read_body(const RequestHead& head) {
  if (head.content_length > service_.config.body_max_bytes)
    co_return Failed(faults::body_too_large);
  if (head.expects_continue && input_.empty())
    co_await stream_.write(go_on, {}, service_.config.write_timeout);
  if (head.chunked) co_return co_await read_chunked();
  co_return co_await read_sized(head.content_length);
}

awaitable<std::expected<std::string, Fault>> Connection::read_sized(std::size_t length) {
  Pace pace{.received_bytes = input_.view().size()};
  while (input_.view().size() < length) {
    if (!co_await fill_body(pace)) co_return Failed(faults::body_too_slow);
  }
  std::string body{input_.view().substr(0, length)};
  input_.consume(length);
  co_return body;
}

awaitable<std::expected<std::string, Fault>> Connection::read_chunked() {
  Pace pace{.received_bytes = input_.view().size()};
  ChunkedBody body{service_.config.body_max_bytes};
  while (true) {
    const auto taken = body.take(input_.view());
    if (!taken) co_return Failed(taken.error());
    input_.consume(*taken);
    if (body.complete()) co_return std::move(body.body());
    if (!co_await fill_body(pace)) co_return Failed(faults::body_too_slow);
  }
}

awaitable<bool> Connection::fill_body(Pace& pace) {
  const auto& config = service_.config;
  const auto earned = 1'000ms * pace.received_bytes / config.body_min_bytes_per_second;
  const auto allowed =
      std::min<transport::Milliseconds>(config.body_timeout, config.body_pace_grace + earned);
  const auto spent =
      std::chrono::floor<transport::Milliseconds>(std::chrono::steady_clock::now() - pace.began);
  const auto held = input_.view().size();
  stream_.expire_after(allowed - spent);
  const bool in_time = co_await input_.fill(stream_);
  pace.received_bytes += input_.view().size() - held;
  co_return in_time;
}

Request Connection::make_request(RequestHead head, std::string body) const {
  auto origin = service_.proxies.origin(peer_address_, secure_, head.headers);
  return {.method = head.method,
          .path = std::move(head.target.path),
          .query = std::move(head.target.query),
          .headers = std::move(head.headers),
          .body = std::move(body),
          .remote_address = std::move(origin.address),
          .secure = origin.secure};
}

awaitable<Response> Connection::guarded(const std::function<awaitable<Response>()>& ask,
                                        std::string trace) {
  std::string reason;
  try {
    co_return co_await ask();
  } catch (const std::exception& error) {
    reason = error.what();
  } catch (...) {
    reason = "unknown exception";
  }
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none)
    throw system_error(asio::error::operation_aborted);
  telemetry::error("http.handler_failed", {{"reason", reason}, telemetry::trace(trace)});
  co_return error_response(faults::internal_error);
}

awaitable<Connection::After> Connection::upgrade(Request request) {
  const auto& routes = service_.routes;
  const auto& config = service_.config;
  if (!routes.on_upgrade) co_return co_await refuse(faults::no_websocket_here);
  const auto fault = refuse_upgrade(request, config.allowed_origins);
  if (fault) co_return co_await refuse(*fault);
  if (!input_.empty()) co_return co_await refuse(faults::malformed_upgrade);

  std::string trace{request.headers.find("traceparent").value_or("")};
  auto decision = co_await guarded([&] { return routes.on_upgrade(request); }, std::move(trace));
  if (decision.status != 101) co_return co_await send(std::move(decision), false);

  session_ = co_await ws::accept(std::move(stream_), request, decision.headers, config.websocket);
  if (service_.phase == Phase::stopping) session_->close(ws::CloseCode::going_away);
  using namespace asio::experimental::awaitable_operators;
  co_await (session_->run() && run_socket(std::move(request), ws::hold(session_)));
  co_return After::close;
}

awaitable<void> Connection::run_socket(Request request, std::unique_ptr<ws::Socket> socket) {
  try {
    co_await service_.routes.on_socket(std::move(request), std::move(socket));
  } catch (const std::exception& error) {
    telemetry::error("http.socket_handler_failed", {{"reason", error.what()}});
  }
}

awaitable<Connection::After> Connection::refuse(Fault fault) {
  return send(error_response(fault), false);
}

awaitable<Connection::After> Connection::send(Response response, bool keep_alive, bool with_body) {
  keep_alive = keep_alive && service_.phase == Phase::serving;
  const auto head = response_head(
      response, {.now = service_.runtime.now(), .keep_alive = keep_alive, .secure = secure_});
  const bool has_body = with_body && may_have_body(response.status);
  co_await stream_.write(head, has_body ? response.body : std::string_view{},
                         service_.config.write_timeout);
  co_return keep_alive ? After::next_request : After::close;
}

Response Connection::error_response(const Fault& fault) const {
  const auto& make = service_.routes.on_error;
  auto response = make ? make(fault.status, fault.code, fault.detail)
                       : problem(fault.status, fault.code, fault.detail);
  if (fault.status == 503) response.headers.set("Retry-After", retry_after_seconds);
  return response;
}

}  // namespace platform::http
