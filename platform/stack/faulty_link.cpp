#include "platform/stack/faulty_link.hpp"

#include <array>
#include <chrono>
#include <list>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include "base/assert.hpp"
#include "platform/runtime/awaitable.hpp"

namespace platform::stack {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto look_again = 5ms;

/// Closed with a reset instead of a farewell.
void tear_down(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::linger{true, 0}, ignored);
  socket.close(ignored);
}

/// A client's connection and ours to the server.
struct Pair {
  explicit Pair(tcp::socket accepted)
      : client(std::move(accepted)), server(client.get_executor()) {}
  void end() {
    tear_down(client);
    tear_down(server);
  }
  tcp::socket client;
  tcp::socket server;
};

class Link final : public FaultyLink {
 public:
  explicit Link(int server_port)
      : server_(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(server_port)),
        work_(asio::make_work_guard(io_)) {
    listen();
    thread_ = std::thread{[this] { io_.run(); }};
  }
  ~Link() override {
    on_thread([this] { stop_listening(); });
    io_.stop();
    thread_.join();
  }

  int port() const override { return *port_; }

  void set(LinkFault fault) override {
    on_thread([&] {
      fault_ = fault;
      if (fault == LinkFault::refused) stop_listening();
      if (fault == LinkFault::refused || fault == LinkFault::reset) end_all();
      if (fault != LinkFault::refused && !listener_) listen();
    });
  }

 private:
  template <class Action>
  void on_thread(Action action) {
    asio::post(io_, asio::use_future(std::move(action))).get();
  }

  void listen() {
    const auto port = static_cast<std::uint16_t>(port_.value_or(0));
    listener_.emplace(io_, tcp::endpoint{asio::ip::address_v4::loopback(), port});
    port_ = listener_->local_endpoint().port();
    asio::co_spawn(io_, accept(*listener_), asio::detached);
  }

  void stop_listening() { listener_.reset(); }

  void end_all() {
    for (const auto& pair : pairs_) {
      if (const auto open = pair.lock()) open->end();
    }
    pairs_.clear();
  }

  awaitable<void> accept(tcp::acceptor& listener) {
    for (;;) {
      auto socket = co_await listener.async_accept(asio::use_awaitable);
      if (fault_ == LinkFault::reset) {
        tear_down(socket);
        continue;
      }
      auto pair = std::make_shared<Pair>(std::move(socket));
      pairs_.remove_if([](const auto& each) { return each.expired(); });
      pairs_.push_back(pair);
      asio::co_spawn(io_, carry(std::move(pair)), asio::detached);
    }
  }

  awaitable<void> carry(std::shared_ptr<Pair> pair) {
    co_await until_passable();
    co_await pair->server.async_connect(server_, asio::use_awaitable);
    pair->client.set_option(tcp::no_delay{true});
    pair->server.set_option(tcp::no_delay{true});
    asio::co_spawn(io_, pump(pair, pair->client, pair->server), asio::detached);
    asio::co_spawn(io_, pump(pair, pair->server, pair->client), asio::detached);
  }

  /// Either side's end is the other's.
  awaitable<void> pump(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& to) {
    std::array<char, 65'536> data{};
    try {
      for (;;) {
        const auto size = co_await from.async_read_some(asio::buffer(data), asio::use_awaitable);
        co_await until_passable();
        co_await asio::async_write(to, asio::buffer(data.data(), size), asio::use_awaitable);
      }
    } catch (const boost::system::system_error&) {
      pair->end();
    }
  }

  awaitable<void> until_passable() {
    if (fault_ == LinkFault::slow) co_await sleep(slowness);
    while (fault_ == LinkFault::silent) co_await sleep(look_again);
  }

  awaitable<void> sleep(std::chrono::milliseconds time) {
    asio::steady_timer timer{io_, time};
    co_await timer.async_wait(asio::use_awaitable);
  }

  asio::io_context io_{1};
  tcp::endpoint server_;
  std::optional<int> port_;
  LinkFault fault_ = LinkFault::none;
  std::optional<tcp::acceptor> listener_;
  std::list<std::weak_ptr<Pair>> pairs_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace

const char* name_of(LinkFault fault) {
  switch (fault) {
    case LinkFault::none: return "none";
    case LinkFault::refused: return "refused";
    case LinkFault::silent: return "silent";
    case LinkFault::slow: return "slow";
    case LinkFault::reset: return "reset";
  }
  NEBENGJEK_UNREACHABLE("a fault without a name");
}

void PrintTo(LinkFault fault, std::ostream* out) { *out << name_of(fault); }

std::unique_ptr<FaultyLink> make_faulty_link(int server_port) {
  return std::make_unique<Link>(server_port);
}

}  // namespace platform::stack
