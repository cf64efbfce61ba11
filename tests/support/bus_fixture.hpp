#pragma once

/// What tests of events need: an instance of a service, and patience.

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "platform/bus/connection.hpp"
#include "platform/bus/migrations.hpp"
#include "platform/postgres/migrate.hpp"
#include "platform/runtime/deadline.hpp"
#include "tests/support/stack_fixture.hpp"

namespace tests::support {

inline platform::bus::Config bus_config(
    const platform::stack::Addresses& servers = shared_stack().addresses()) {
  platform::bus::Config config;
  config.url = "nats://127.0.0.1:" + std::to_string(servers.nats_port);
  config.request_timeout = std::chrono::seconds{2};
  return config;
}

/// A schema with the tables of the bus.
inline platform::postgres::PoolConfig bus_database_config(
    std::string_view name, const platform::stack::Addresses& servers = shared_stack().addresses()) {
  auto config = fresh_database_config(name, servers);
  platform::postgres::migrate(config, platform::bus::migrations());
  return config;
}

/// One instance of a service: what one thread of one process would have. End it with `co_await
/// leave()`; until then its tasks use it.
struct Instance {
  Instance(platform::runtime::Runtime& test, std::string name,
           const platform::postgres::PoolConfig& database,
           const platform::bus::Config& bus = bus_config())
      : runtime(test.executor(), std::move(name)),
        link(platform::bus::make_link(bus)),
        connection(link->attach(runtime)),
        pool(platform::postgres::make_pool(runtime, database)) {}

  platform::awaitable<void> leave() {
    co_await runtime.tasks().join();
    co_await pool->close();
  }

  platform::runtime::Runtime runtime;
  std::unique_ptr<platform::bus::Link> link;
  std::unique_ptr<platform::bus::Connection> connection;
  std::unique_ptr<platform::postgres::Pool> pool;
};

/// Whether something listens there.
inline bool listens(int port) {
  boost::asio::io_context context;
  boost::asio::ip::tcp::socket socket{context};
  boost::system::error_code failed;
  socket.connect({boost::asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)},
                 failed);
  return !failed;
}

/// A server of the shared stack is dead until it is revived, at the latest when the test ends.
class Outage {
 public:
  explicit Outage(platform::stack::Server server) : server_(server) {
    shared_stack().kill(server);
    // The kernel takes a moment to close what the dead had open.
    while (listens(port())) std::this_thread::yield();
  }
  ~Outage() { revive(); }
  Outage(const Outage&) = delete;
  Outage& operator=(const Outage&) = delete;

  void revive() {
    if (!std::exchange(over_, true)) shared_stack().start(server_);
  }

 private:
  int port() const {
    const auto& servers = shared_stack().addresses();
    return server_ == platform::stack::Server::nats ? servers.nats_port : servers.postgres_port;
  }

  platform::stack::Server server_;
  bool over_ = false;
};

struct TooLate : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Waits until `holds`, looking often; throws TooLate with `what` after `limit`.
inline platform::awaitable<void> eventually(std::string what,
                                            std::function<platform::awaitable<bool>()> holds,
                                            std::chrono::milliseconds limit = std::chrono::seconds{
                                                15}) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!co_await holds()) {
    if (std::chrono::steady_clock::now() > deadline) throw TooLate{what};
    co_await platform::runtime::sleep_for(std::chrono::milliseconds{5});
  }
}

inline platform::awaitable<void> eventually(std::string what, std::function<bool()> holds,
                                            std::chrono::milliseconds limit = std::chrono::seconds{
                                                15}) {
  return eventually(
      std::move(what),
      std::function<platform::awaitable<bool>()>{
          [holds = std::move(holds)]() -> platform::awaitable<bool> { co_return holds(); }},
      limit);
}

}  // namespace tests::support
