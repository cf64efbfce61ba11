#pragma once

/// A TCP connection, plain or TLS, with one deadline for whatever it is waiting for. When the
/// deadline passes, the operation throws system_error(timed_out) and the connection stays usable:
/// a request that came too slowly can still be answered. Seen by .cpp files only.

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "platform/runtime/awaitable.hpp"

namespace platform::http::transport {

using Milliseconds = std::chrono::milliseconds;
using Socket = boost::asio::ip::tcp::socket;
using TlsSocket = boost::asio::ssl::stream<Socket>;

class Stream {
 public:
  explicit Stream(Socket socket);
  /// Over TLS, once `accept_tls` or `connect_tls` is done. The context may go before the stream.
  Stream(Socket socket, boost::asio::ssl::context& context);
  /// Closes at once; see `finish` for the polite way.
  ~Stream();
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;

  /// The server's side of the handshake; does nothing on a plain connection.
  awaitable<void> accept_tls();
  /// The client's side: `host` is asked for, and must be in the certificate.
  awaitable<void> connect_tls(const std::string& host);

  awaitable<void> connect(boost::asio::ip::tcp::endpoint endpoint);

  /// Bytes that have arrived, at least one; throws system_error(eof) when no more will.
  awaitable<std::size_t> read_some(std::span<char> into);

  /// Sends both. Each `write_piece_bytes` of it may take `limit`.
  awaitable<void> write(std::string_view head, std::string_view body, Milliseconds limit);

  /// Says that no more comes and reads what the peer still sends, for `limit` at most: closing with
  /// unread bytes would reset the connection and could take the last answer with it.
  awaitable<void> finish(Milliseconds limit);

  /// From now on operations have this long together.
  void expire_after(Milliseconds limit);
  void expire_never();

  /// Cancels what is waiting and closes.
  void close();

  bool is_tls() const;
  Socket& socket() const;

  /// For Beast, which works on the sockets themselves: calls `function` with the one of them.
  template <class Function>
  decltype(auto) visit(Function&& function) const {
    return std::visit(std::forward<Function>(function), state_->socket);
  }

  static constexpr std::size_t write_piece_bytes = 16'384;

 private:
  struct Deadline;
  struct State {
    explicit State(std::variant<Socket, TlsSocket> connection);
    ~State();
    Socket& lowest();

    std::variant<Socket, TlsSocket> socket;
    std::shared_ptr<Deadline> deadline;
  };

  awaitable<void> write_all(std::string_view bytes, Milliseconds limit);

  std::unique_ptr<State> state_;
};

}  // namespace platform::http::transport
