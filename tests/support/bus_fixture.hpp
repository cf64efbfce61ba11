#pragma once

/// What tests of events need: an instance of a service, and patience.

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <unistd.h>

#include "platform/bus/connection.hpp"
#include "platform/bus/migrations.hpp"
#include "platform/bus/unit.hpp"
#include "platform/postgres/migrate.hpp"
#include "tests/support/eventually.hpp"
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

/// One instance of a service: what one thread of one process would have. After its end its tasks
/// are stopped, while the test goes on; `leave` waits for that.
class Instance {
  struct Parts {
    Parts(platform::runtime::Runtime& test, std::string name,
          const platform::postgres::PoolConfig& database, const platform::bus::Config& bus)
        : runtime(test.executor(), std::move(name)),
          link(platform::bus::make_link(bus)),
          connection(link->attach(runtime)),
          pool(platform::postgres::make_pool(runtime, database)) {}

    platform::runtime::Runtime runtime;
    std::unique_ptr<platform::bus::Link> link;
    std::unique_ptr<platform::bus::Connection> connection;
    std::unique_ptr<platform::postgres::Pool> pool;
  };

 public:
  Instance(platform::runtime::Runtime& test, std::string name,
           const platform::postgres::PoolConfig& database,
           const platform::bus::Config& bus = bus_config())
      : parts_(std::make_shared<Parts>(test, std::move(name), database, bus)),
        runtime(parts_->runtime),
        connection(parts_->connection.get()),
        pool(parts_->pool.get()) {}
  ~Instance() { boost::asio::co_spawn(runtime.executor(), leave(), boost::asio::detached); }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  platform::awaitable<void> leave() { return end(parts_); }

 private:
  static platform::awaitable<void> end(std::shared_ptr<Parts> parts) {
    co_await parts->runtime.tasks().join();
    co_await parts->pool->close();
  }

  std::shared_ptr<Parts> parts_;

 public:
  platform::runtime::Runtime& runtime;
  platform::bus::Connection* connection;
  platform::postgres::Pool* pool;
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

/// A server of the shared stack is stopped, and says nothing, until the end of this.
class Hang {
 public:
  explicit Hang(platform::stack::Server server) : server_(server) { shared_stack().pause(server); }
  ~Hang() { shared_stack().resume(server_); }
  Hang(const Hang&) = delete;
  Hang& operator=(const Hang&) = delete;

 private:
  platform::stack::Server server_;
};

/// A service that is told apart from those of other tests on the shared servers.
inline std::string fresh_service(const std::string& name) {
  static int count = 0;
  return name + std::to_string(getpid()) + 'x' + std::to_string(++count);
}

inline base::Uuid new_uuid(const platform::runtime::Runtime& runtime) {
  return runtime.new_id<base::Id<struct AnyTag>>().uuid;
}

inline platform::bus::Event new_event(const platform::runtime::Runtime& runtime, base::Uuid key,
                                      std::string payload = "{}",
                                      std::string type = "ride.started") {
  return {
      .id = new_uuid(runtime),
      .type = std::move(type),
      .key = key,
      .payload = std::move(payload),
      .trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      .at = runtime.now(),
  };
}

inline platform::awaitable<void> commit_event(platform::postgres::Pool& pool,
                                              platform::bus::Event event) {
  platform::bus::Unit unit{pool, std::nullopt};
  co_await unit.emit(std::move(event));
  co_await unit.commit("");
}

inline constexpr auto soon = std::chrono::seconds{15};
inline constexpr auto look_again_after = std::chrono::milliseconds{5};

inline platform::awaitable<void> eventually(std::string what,
                                            std::function<platform::awaitable<bool>()> holds,
                                            std::chrono::milliseconds limit = soon) {
  return eventually(std::move(what), limit, std::move(holds), look_again_after);
}

inline platform::awaitable<void> eventually(std::string what, std::function<bool()> holds,
                                            std::chrono::milliseconds limit = soon) {
  const auto look = [holds = std::move(holds)]() -> platform::awaitable<bool> {
    co_return holds();
  };
  return eventually(std::move(what), limit, look, look_again_after);
}

}  // namespace tests::support
