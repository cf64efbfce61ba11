#pragma once

/// For tests of HTTP and WebSocket: a thread's runtime, servers on it, and a peer that speaks in
/// raw bytes. Seen by tests only.

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "platform/http/server.hpp"
#include "platform/runtime/deadline.hpp"

namespace platform::http {

inline constexpr auto test_limit = std::chrono::milliseconds{10'000};

/// A connection that sends and receives bytes as they are.
class Peer {
 public:
  explicit Peer(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  awaitable<void> send(std::string bytes) {
    co_await boost::asio::async_write(socket_, boost::asio::buffer(bytes),
                                      boost::asio::use_awaitable);
  }

  /// Up to and with `end`.
  awaitable<std::string> receive_until(std::string end) {
    const auto size = co_await boost::asio::async_read_until(
        socket_, boost::asio::dynamic_buffer(received_), end, boost::asio::use_awaitable);
    auto text = received_.substr(0, size);
    received_.erase(0, size);
    co_return text;
  }

  awaitable<std::string> receive(std::size_t size) {
    while (received_.size() < size) co_await receive_some();
    auto text = received_.substr(0, size);
    received_.erase(0, size);
    co_return text;
  }

  /// All until the other side closes.
  awaitable<std::string> receive_rest() {
    try {
      while (true) co_await receive_some();
    } catch (const boost::system::system_error& error) {
      if (error.code() != boost::asio::error::eof) throw;
    }
    co_return std::move(received_);
  }

  /// What has arrived and not been returned.
  const std::string& received() const { return received_; }

  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  awaitable<void> receive_some() {
    char bytes[4'096];
    const auto size =
        co_await socket_.async_read_some(boost::asio::buffer(bytes), boost::asio::use_awaitable);
    received_.append(bytes, size);
  }

  boost::asio::ip::tcp::socket socket_;
  std::string received_;
};

class Loopback : public testing::Test {
 protected:
  void TearDown() override { run(shut_down()); }

  /// Runs until `task` has ended; throws what it throws.
  void run(awaitable<void> task) {
    std::exception_ptr failure;
    bool ended = false;
    boost::asio::co_spawn(context_, runtime::with_deadline(std::move(task), test_limit),
                          [&](const std::exception_ptr& thrown) {
                            failure = thrown;
                            ended = true;
                          });
    context_.restart();
    while (!ended) context_.run_one();
    if (failure) std::rethrow_exception(failure);
  }

  Server& serve(ServerConfig config, Routes routes) {
    servers_.push_back(make_server(runtime_, std::move(config), std::move(routes)));
    return *servers_.back();
  }

  awaitable<Peer> peer(const Server& server) {
    boost::asio::ip::tcp::socket socket{context_};
    const boost::asio::ip::tcp::endpoint endpoint{boost::asio::ip::address_v4::loopback(),
                                                  static_cast<std::uint16_t>(server.port())};
    co_await socket.async_connect(endpoint, boost::asio::use_awaitable);
    co_return Peer{std::move(socket)};
  }

  /// Sends `bytes` and returns all that comes back until the server closes.
  awaitable<std::string> exchange(const Server& server, std::string bytes) {
    auto client = co_await peer(server);
    co_await client.send(std::move(bytes));
    co_return co_await client.receive_rest();
  }

  /// Waits for `condition`, which something else on this thread will make true.
  awaitable<void> until(std::function<bool()> condition) {
    while (!condition()) co_await runtime::sleep_for(std::chrono::milliseconds{1});
  }

  awaitable<void> shut_down() {
    for (auto& server : servers_) co_await server->stop(std::chrono::milliseconds{100});
    servers_.clear();
    co_await runtime_.tasks().join();
  }

  boost::asio::io_context context_;
  runtime::Runtime runtime_{context_.get_executor(), "test"};

 private:
  std::vector<std::unique_ptr<Server>> servers_;
};

}  // namespace platform::http
