#pragma once

/// A Stream as Beast wants to see it. Seen by .cpp files only.

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

#include "platform/http/transport/stream.hpp"

namespace platform::ws {

struct Transport {
  using executor_type = http::transport::Socket::executor_type;

  explicit Transport(http::transport::Stream of) : stream(std::move(of)) {}

  executor_type get_executor() const { return stream.socket().get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return stream.visit(
        [&](auto& socket) { return socket.async_read_some(buffers, std::forward<Token>(token)); });
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return stream.visit(
        [&](auto& socket) { return socket.async_write_some(buffers, std::forward<Token>(token)); });
  }

  http::transport::Stream stream;
};

inline void beast_close_socket(Transport& transport) { transport.stream.close(); }

/// Does nothing: the session finishes its stream itself, within a time limit, which Beast lacks.
template <class Handler>
void async_teardown(boost::beast::role_type, Transport& transport, Handler&& handler) {
  boost::asio::post(transport.get_executor(),
                    boost::beast::bind_front_handler(std::forward<Handler>(handler),
                                                     boost::system::error_code{}));
}

}  // namespace platform::ws
