#include "platform/ws/session.hpp"

#include <deque>
#include <stdexcept>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "platform/http/client.hpp"
#include "platform/http/transport/dial.hpp"
#include "platform/http/transport/url.hpp"
#include "platform/ws/flood_gate.hpp"
#include "platform/ws/outbox.hpp"
#include "platform/ws/transport.hpp"

namespace platform::ws {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using boost::system::system_error;
using Clock = std::chrono::steady_clock;
using WebSocket = websocket::stream<Transport, false>;  // false: no permessage-deflate

constexpr std::size_t inbox_max_frames = 64;
constexpr auto connect_timeout = std::chrono::milliseconds{3'000};
constexpr auto linger_timeout = std::chrono::milliseconds{1'000};
constexpr std::size_t reason_max_bytes = 123;
constexpr std::uint16_t no_code_given = 1005;
constexpr std::uint16_t gone = 1006;

/// Wakes the one coroutine that waits for it.
class Signal {
 public:
  explicit Signal(const asio::any_io_executor& executor) : timer_(executor) {}

  void raise() { timer_.cancel(); }
  awaitable<void> wait() { return wait_until(Clock::time_point::max()); }
  awaitable<void> wait_until(Clock::time_point time) {
    timer_.expires_at(time);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }

 private:
  asio::steady_timer timer_;
};

enum class Role : std::uint8_t { server, client };

class BeastSession final : public Session {
 public:
  BeastSession(http::transport::Stream stream, Role role, Limits limits)
      : role_(role),
        limits_(limits),
        socket_(std::move(stream)),
        gate_(limits.messages_per_second_max, Clock::now()),
        outbox_(limits.outgoing_max_frames),
        arrived_(socket_.get_executor()),
        taken_(socket_.get_executor()),
        work_(socket_.get_executor()),
        next_ping_at_(Clock::now() + limits.ping_interval) {
    socket_.set_option(
        websocket::stream_base::timeout{.handshake_timeout = websocket::stream_base::none(),
                                        .idle_timeout = websocket::stream_base::none(),
                                        .keep_alive_pings = false});
    socket_.read_message_max(limits.message_max_bytes);
    socket_.auto_fragment(false);
    socket_.text(true);
    socket_.control_callback([this](auto kind, auto) { on_control(kind); });
  }

  awaitable<void> accept(const http::Request& request, const http::Headers& headers);
  awaitable<void> handshake(const http::transport::Url& url, const http::Headers& headers);

  awaitable<void> run() override;
  awaitable<std::optional<std::string>> read() override;
  void send(std::string text) override;
  void send_latest(std::string_view slot, std::string text) override;
  void close(CloseCode code, std::string_view reason) override;
  std::uint16_t close_code() const override { return code_; }

 private:
  awaitable<void> read_frames();
  awaitable<void> write_frames();
  awaitable<void> write_next();
  awaitable<void> ping();
  void on_control(websocket::frame_type kind);
  void receive(std::string text);
  bool is_paused() const {
    return inbox_.size() >= inbox_max_frames && !closing_ && !write_failed_;
  }
  void close_if_full(bool queued);
  void end(std::uint16_t code);
  std::uint16_t code_of(const error_code& error) const;
  http::transport::Stream& stream() { return socket_.next_layer().stream; }

  Role role_;
  Limits limits_;
  WebSocket socket_;
  FloodGate gate_;
  Outbox outbox_;
  std::deque<std::string> inbox_;
  Signal arrived_;  ///< For `read`: a message, or the end.
  Signal taken_;    ///< For the reader: there is room in the inbox.
  Signal work_;     ///< For the writer: a frame, or the end.
  Clock::time_point next_ping_at_;
  bool awaits_pong_ = false;
  bool write_failed_ = false;
  std::optional<websocket::close_reason> closing_;  ///< What we have closed with.
  std::uint16_t code_ = 0;                          ///< Not 0: it has ended.
};

awaitable<void> BeastSession::accept(const http::Request& request, const http::Headers& headers) {
  beast::http::request<beast::http::empty_body> handshake{beast::http::verb::get, "/", 11};
  for (const auto& [name, value] : request.headers) handshake.insert(name, value);
  socket_.set_option(websocket::stream_base::decorator{[&](websocket::response_type& response) {
    response.set(beast::http::field::server, "nebengjek");
    for (const auto& [name, value] : headers) response.insert(name, value);
  }});
  stream().expire_after(limits_.write_timeout);
  co_await socket_.async_accept(handshake, asio::use_awaitable);
  stream().expire_never();
}

awaitable<void> BeastSession::handshake(const http::transport::Url& url,
                                        const http::Headers& headers) {
  socket_.set_option(websocket::stream_base::decorator{[&](websocket::request_type& request) {
    for (const auto& [name, value] : headers) request.set(name, value);
  }});
  websocket::response_type response;
  error_code error;
  stream().expire_after(limits_.write_timeout);
  co_await socket_.async_handshake(response, url.authority, url.target,
                                   asio::redirect_error(asio::use_awaitable, error));
  stream().expire_never();
  if (error == websocket::error::upgrade_declined)
    throw http::NoAnswer("the upgrade was refused with status " +
                         std::to_string(response.result_int()));
  if (error) throw system_error(error);
}

awaitable<void> BeastSession::run() {
  // Readers must not wait for a session that was cancelled.
  struct Ended {
    ~Ended() { session.end(gone); }
    BeastSession& session;
  } ended{*this};
  using namespace asio::experimental::awaitable_operators;
  co_await (read_frames() && write_frames());
  co_await stream().finish(linger_timeout);
}

awaitable<void> BeastSession::read_frames() {
  beast::flat_buffer buffer;
  error_code error;
  while (!error) {
    co_await socket_.async_read(buffer, asio::redirect_error(asio::use_awaitable, error));
    if (!error) receive(beast::buffers_to_string(buffer.data()));
    buffer.clear();
    while (is_paused()) co_await taken_.wait();
  }
  end(code_of(error));
}

awaitable<void> BeastSession::write_frames() {
  try {
    while (code_ == 0) co_await write_next();
  } catch (const system_error&) {
    write_failed_ = true;
    taken_.raise();
  }
}

awaitable<void> BeastSession::write_next() {
  if (auto text = outbox_.pop()) {
    stream().expire_after(limits_.write_timeout);
    co_await socket_.async_write(asio::buffer(*text), asio::use_awaitable);
    stream().expire_never();
  } else if (closing_) {
    stream().expire_after(limits_.write_timeout);
    co_await socket_.async_close(*closing_, asio::use_awaitable);
    end(closing_->code);
  } else if (Clock::now() >= next_ping_at_) {
    co_await ping();
  } else {
    co_await work_.wait_until(next_ping_at_);
  }
}

awaitable<void> BeastSession::ping() {
  // While we read nothing, pongs stay unread too: that isn't the peer's fault.
  if (awaits_pong_ && !is_paused()) {
    stream().close();
    throw system_error(asio::error::timed_out);
  }
  awaits_pong_ = true;
  next_ping_at_ = Clock::now() + limits_.pong_timeout;
  stream().expire_after(limits_.write_timeout);
  co_await socket_.async_ping({}, asio::use_awaitable);
  stream().expire_never();
}

void BeastSession::on_control(websocket::frame_type kind) {
  if (kind == websocket::frame_type::pong) {
    awaits_pong_ = false;
    next_ping_at_ = Clock::now() + limits_.ping_interval;
    work_.raise();
  } else if (kind == websocket::frame_type::ping && role_ == Role::server) {
    if (!gate_.admit(Clock::now())) close(CloseCode::policy, "too many messages");
  }
}

void BeastSession::receive(std::string text) {
  if (closing_) return;
  if (!socket_.got_text()) return close(CloseCode::not_text, "text frames only");
  if (role_ == Role::server && !gate_.admit(Clock::now()))
    return close(CloseCode::policy, "too many messages");
  inbox_.push_back(std::move(text));
  arrived_.raise();
}

awaitable<std::optional<std::string>> BeastSession::read() {
  while ((inbox_.empty() || closing_) && code_ == 0) co_await arrived_.wait();
  if (inbox_.empty() || closing_) co_return std::nullopt;
  auto text = std::move(inbox_.front());
  inbox_.pop_front();
  taken_.raise();
  co_return text;
}

void BeastSession::send(std::string text) {
  if (closing_ || code_ != 0) return;
  close_if_full(outbox_.push(std::move(text)));
}

void BeastSession::send_latest(std::string_view slot, std::string text) {
  if (closing_ || code_ != 0) return;
  close_if_full(outbox_.push_latest(slot, std::move(text)));
}

void BeastSession::close_if_full(bool queued) {
  if (queued) return work_.raise();
  outbox_.clear();
  close(CloseCode::try_again_later, "reads too slowly");
}

void BeastSession::close(CloseCode code, std::string_view reason) {
  if (closing_ || code_ != 0) return;
  const auto brief = reason.substr(0, reason_max_bytes);
  closing_.emplace(static_cast<websocket::close_code>(code),
                   beast::string_view{brief.data(), brief.size()});
  taken_.raise();
  work_.raise();
}

void BeastSession::end(std::uint16_t code) {
  if (code_ != 0) return;
  code_ = code;
  arrived_.raise();
  work_.raise();
}

std::uint16_t BeastSession::code_of(const error_code& error) const {
  if (closing_) return closing_->code;
  if (error == websocket::error::closed)
    return socket_.reason().code == websocket::close_code::none ? no_code_given
                                                                : socket_.reason().code;
  if (error == websocket::error::message_too_big) return websocket::close_code::too_big;
  if (error == websocket::error::bad_frame_payload) return websocket::close_code::bad_payload;
  if (error == websocket::condition::protocol_violation)
    return websocket::close_code::protocol_error;
  return gone;
}

/// Whoever holds this keeps the session open; the session itself lives until its `run` has ended.
class Holder final : public Socket {
 public:
  explicit Holder(std::shared_ptr<Session> session) : session_(std::move(session)) {}
  ~Holder() override { session_->close(CloseCode::normal); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  awaitable<std::optional<std::string>> read() override { return session_->read(); }
  void send(std::string text) override { session_->send(std::move(text)); }
  void send_latest(std::string_view slot, std::string text) override {
    session_->send_latest(slot, std::move(text));
  }
  void close(CloseCode code, std::string_view reason) override { session_->close(code, reason); }
  std::uint16_t close_code() const override { return session_->close_code(); }

 private:
  std::shared_ptr<Session> session_;
};

awaitable<std::shared_ptr<BeastSession>> open(http::transport::Url url, http::Headers headers,
                                              std::string ca_file, Limits limits) {
  auto stream = co_await http::transport::dial(url, ca_file, connect_timeout);
  auto session = std::make_shared<BeastSession>(std::move(stream), Role::client, limits);
  co_await session->handshake(url, headers);
  co_return session;
}

}  // namespace

awaitable<std::shared_ptr<Session>> accept(http::transport::Stream stream,
                                           const http::Request& request,
                                           const http::Headers& headers, Limits limits) {
  auto session = std::make_shared<BeastSession>(std::move(stream), Role::server, limits);
  co_await session->accept(request, headers);
  co_return session;
}

std::unique_ptr<Socket> hold(std::shared_ptr<Session> session) {
  return std::make_unique<Holder>(std::move(session));
}

awaitable<std::unique_ptr<Socket>> connect(runtime::Runtime& runtime, std::string url,
                                           http::Headers headers, std::string ca_file,
                                           Limits limits) {
  std::shared_ptr<Session> session;
  try {
    session = co_await open(http::transport::parse_url(url), std::move(headers), std::move(ca_file),
                            limits);
  } catch (const system_error& error) {
    throw http::NoAnswer(url + ": " + error.code().message());
  }
  runtime.tasks().spawn("ws.session", [session] { return session->run(); });
  co_return hold(session);
}

}  // namespace platform::ws
