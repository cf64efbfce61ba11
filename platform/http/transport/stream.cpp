#include "platform/http/transport/stream.hpp"

#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

namespace platform::http::transport {

namespace asio = boost::asio;
using boost::system::error_code;
using boost::system::system_error;

/// Cancels the socket's operations when its time has come. Moving the time costs an assignment,
/// unless it comes nearer: a timer that wakes too early just waits again.
struct Stream::Deadline : std::enable_shared_from_this<Deadline> {
  using Clock = asio::steady_timer::clock_type;
  static constexpr auto never = Clock::time_point::max();

  explicit Deadline(Socket& of) : socket(&of), timer(of.get_executor()) {}

  void set(Clock::time_point at) {
    time = at;
    passed = false;
    if (time == never) return;
    if (!waiting) return wait();
    if (time < timer.expiry()) timer.expires_at(time);  // the cancelled wait begins anew
  }

  void wait() {
    waiting = true;
    timer.expires_at(time);
    timer.async_wait([self = shared_from_this()](const error_code&) { self->wake(); });
  }

  void wake() {
    waiting = false;
    if (socket == nullptr || time == never || passed) return;
    if (Clock::now() < time) return wait();
    passed = true;
    error_code ignored;
    socket->cancel(ignored);
  }

  void retire() {
    socket = nullptr;
    timer.cancel();
  }

  /// Says "timed out" instead of "cancelled" when it was this that cancelled.
  void check(const error_code& error = {}) const {
    if (passed) throw system_error(asio::error::timed_out);
    if (error) throw system_error(error);
  }

  Socket* socket;  ///< Null when the stream has gone.
  asio::steady_timer timer;
  Clock::time_point time = never;
  bool waiting = false;
  bool passed = false;
};

namespace {

constexpr auto completion = asio::as_tuple(asio::use_awaitable);

}  // namespace

Stream::State::State(std::variant<Socket, TlsSocket> connection)
    : socket(std::move(connection)), deadline(std::make_shared<Deadline>(lowest())) {
  error_code ignored;
  lowest().set_option(asio::ip::tcp::no_delay{true}, ignored);
}

Stream::State::~State() { deadline->retire(); }

Socket& Stream::State::lowest() {
  if (auto* tls = std::get_if<TlsSocket>(&socket)) return tls->next_layer();
  return std::get<Socket>(socket);
}

Stream::Stream(Socket socket) : state_(std::make_unique<State>(std::move(socket))) {}
Stream::Stream(Socket socket, asio::ssl::context& context)
    : state_(std::make_unique<State>(TlsSocket{std::move(socket), context})) {}
Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;

bool Stream::is_tls() const { return std::holds_alternative<TlsSocket>(state_->socket); }
Socket& Stream::socket() const { return state_->lowest(); }

void Stream::expire_after(Milliseconds limit) {
  state_->deadline->set(Deadline::Clock::now() + limit);
}
void Stream::expire_never() { state_->deadline->set(Deadline::never); }

void Stream::close() {
  error_code ignored;
  socket().close(ignored);
}

awaitable<void> Stream::connect(asio::ip::tcp::endpoint endpoint) {
  state_->deadline->check();
  auto [error] = co_await socket().async_connect(endpoint, completion);
  state_->deadline->check(error);
  socket().set_option(asio::ip::tcp::no_delay{true});
}

awaitable<void> Stream::accept_tls() {
  auto* tls = std::get_if<TlsSocket>(&state_->socket);
  if (tls == nullptr) co_return;
  auto [error] = co_await tls->async_handshake(TlsSocket::server, completion);
  state_->deadline->check(error);
}

awaitable<void> Stream::connect_tls(const std::string& host) {
  auto* tls = std::get_if<TlsSocket>(&state_->socket);
  if (tls == nullptr) co_return;
  error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (not_an_address) SSL_set_tlsext_host_name(tls->native_handle(), host.c_str());
  tls->set_verify_mode(asio::ssl::verify_peer);
  tls->set_verify_callback(asio::ssl::host_name_verification{host});
  auto [error] = co_await tls->async_handshake(TlsSocket::client, completion);
  state_->deadline->check(error);
}

awaitable<std::size_t> Stream::read_some(std::span<char> into) {
  state_->deadline->check();
  auto buffer = asio::buffer(into.data(), into.size());
  auto [error, size] =
      co_await visit([&](auto& socket) { return socket.async_read_some(buffer, completion); });
  if (size == 0) state_->deadline->check(error);
  co_return size;
}

awaitable<void> Stream::write_all(std::string_view bytes, Milliseconds limit) {
  while (!bytes.empty()) {
    expire_after(limit);
    const auto piece = bytes.substr(0, write_piece_bytes);
    auto buffer = asio::buffer(piece);
    auto [error, size] =
        co_await visit([&](auto& socket) { return asio::async_write(socket, buffer, completion); });
    state_->deadline->check(error);
    bytes.remove_prefix(size);
  }
}

awaitable<void> Stream::write(std::string_view head, std::string_view body, Milliseconds limit) {
  if (head.size() + body.size() <= write_piece_bytes) {  // one packet instead of two
    co_await write_all(std::string{head}.append(body), limit);
  } else {
    co_await write_all(head, limit);
    co_await write_all(body, limit);
  }
  expire_never();
}

awaitable<void> Stream::finish(Milliseconds limit) {
  expire_after(limit);
  if (auto* tls = std::get_if<TlsSocket>(&state_->socket)) {
    co_await tls->async_shutdown(completion);
  }
  error_code error;
  socket().shutdown(Socket::shutdown_send, error);
  std::array<char, 4'096> unread;
  while (!error && !state_->deadline->passed) {
    error = std::get<0>(co_await socket().async_read_some(asio::buffer(unread), completion));
  }
  close();
}

}  // namespace platform::http::transport
