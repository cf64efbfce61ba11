#include "platform/http/server.hpp"

#include <list>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <sys/socket.h>

#include "platform/http/certificate.hpp"
#include "platform/http/connection.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/runtime/task_group.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using boost::system::system_error;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// So many more are told that there are too many; beyond that they are just closed.
constexpr std::size_t turned_away_max = 256;
constexpr auto accept_retry_delay = std::chrono::milliseconds{100};
constexpr auto completion = asio::as_tuple(asio::use_awaitable);

tcp::acceptor listen(const asio::any_io_executor& executor, const ServerConfig& config) try {
  const tcp::endpoint endpoint{asio::ip::make_address(config.address),
                               static_cast<std::uint16_t>(config.port)};
  tcp::acceptor acceptor{executor};
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address{true});
  acceptor.set_option(ReusePort{true});
  acceptor.bind(endpoint);
  acceptor.listen();
  return acceptor;
} catch (const system_error& error) {
  throw std::runtime_error("HTTP can't listen on " + config.address + " port " +
                           std::to_string(config.port) + ": " + error.code().message());
}

std::optional<Certificate> load_certificate(const ServerConfig& config) {
  if (config.certificate_file.empty()) return {};
  return Certificate{config.certificate_file, config.private_key_file};
}

class TcpServer final : public Server {
 public:
  TcpServer(runtime::Runtime& runtime, ServerConfig config, Routes routes)
      : config_(std::move(config)),
        routes_(std::move(routes)),
        proxies_(config_.trusted_proxies),
        service_{runtime, config_, routes_, proxies_},
        certificate_(load_certificate(config_)),
        acceptor_(listen(runtime.executor(), config_)),
        port_(acceptor_.local_endpoint().port()),
        emptied_(runtime.executor()),
        tasks_(runtime.executor()) {
    tasks_.spawn("http.accept", accept());
    if (certificate_) tasks_.spawn("http.certificate", watch_certificate());
  }

  int port() const override { return port_; }

  awaitable<void> stop(std::chrono::milliseconds grace) override {
    service_.phase = Phase::draining;
    if (config_.drain.count() > 0) co_await runtime::sleep_for(config_.drain);
    service_.phase = Phase::stopping;
    take_waiting();
    acceptor_.close();
    for (auto& connection : connections_) connection.stop();
    emptied_.expires_after(grace);
    while (!connections_.empty()) {
      const auto [cancelled] = co_await emptied_.async_wait(completion);
      if (!cancelled) break;
    }
    co_await tasks_.join();
  }

 private:
  using Connections = std::list<Connection>;

  awaitable<void> accept() {
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(completion);
      if (!error) {
        admit(std::move(socket));
      } else if (acceptor_.is_open()) {
        telemetry::warn("http.accept_failed", {{"reason", error.message()}});
        co_await runtime::sleep_for(accept_retry_delay);
      }
    }
  }

  /// Connections that the kernel has completed already would be reset with the acceptor.
  void take_waiting() {
    error_code error;
    acceptor_.non_blocking(true, error);
    while (!error) {
      auto socket = acceptor_.accept(error);
      if (!error) admit(std::move(socket));
    }
  }

  void admit(tcp::socket socket) {
    error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error || connections_.size() >= config_.connections_max + turned_away_max) return;
    auto stream = certificate_ ? transport::Stream{std::move(socket), certificate_->context()}
                               : transport::Stream{std::move(socket)};
    const bool is_too_many = connections_.size() >= config_.connections_max;
    const auto place = connections_.emplace(connections_.end(), service_, std::move(stream),
                                            peer.address().to_string());
    tasks_.spawn("http.connection", serve(place, is_too_many));
  }

  awaitable<void> serve(Connections::iterator connection, bool is_too_many) {
    const Departure departure{*this, connection};
    co_await (is_too_many ? connection->turn_away() : connection->serve());
  }

  /// Takes a connection off the list when it ends, however that is.
  struct Departure {
    Departure(TcpServer& of, Connections::iterator who) : server(of), connection(who) {}
    ~Departure() {
      server.connections_.erase(connection);
      if (server.connections_.empty()) server.emptied_.cancel();
    }
    Departure(const Departure&) = delete;
    Departure& operator=(const Departure&) = delete;
    TcpServer& server;
    Connections::iterator connection;
  };

  awaitable<void> watch_certificate() {
    while (true) {
      co_await runtime::sleep_for(config_.certificate_check_interval);
      certificate_->refresh();
    }
  }

  ServerConfig config_;
  Routes routes_;
  TrustedProxies proxies_;
  Service service_;
  std::optional<Certificate> certificate_;
  tcp::acceptor acceptor_;
  int port_;
  Connections connections_;
  asio::steady_timer emptied_;
  runtime::TaskGroup tasks_;
};

}  // namespace

std::unique_ptr<Server> make_server(runtime::Runtime& runtime, ServerConfig config, Routes routes) {
  return std::make_unique<TcpServer>(runtime, std::move(config), std::move(routes));
}

}  // namespace platform::http
