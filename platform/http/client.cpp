#include "platform/http/client.hpp"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <sys/socket.h>

#include "platform/http/input.hpp"
#include "platform/http/response_head.hpp"
#include "platform/http/response_reader.hpp"
#include "platform/http/transport/dial.hpp"
#include "platform/http/transport/stream.hpp"
#include "platform/http/transport/tls.hpp"
#include "platform/http/transport/url.hpp"
#include "platform/runtime/deadline.hpp"

namespace platform::http {
namespace {

namespace asio = boost::asio;
using boost::system::system_error;
using transport::Url;

struct Link {
  transport::Stream stream;
  Input input;

  /// An idle connection on which something has arrived was closed by the server.
  bool is_open() const {
    char byte;
    return recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
  }
};

/// The connections to one host, idle or in use, and a bell for those who wait for one.
struct Pool {
  explicit Pool(const asio::any_io_executor& executor) : freed(executor) {
    freed.expires_at(asio::steady_timer::time_point::max());
  }

  std::vector<std::unique_ptr<Link>> idle;
  std::set<Link*> in_use;
  std::size_t taken = 0;  ///< In use or being dialled.
  asio::steady_timer freed;
};

/// The right to one connection of a pool, and the connection once there is one.
class Lease {
 public:
  explicit Lease(Pool& pool) : pool_(pool) { ++pool_.taken; }
  ~Lease() {
    --pool_.taken;
    pool_.in_use.erase(link_.get());
    pool_.freed.cancel();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  bool take_idle() {
    while (!pool_.idle.empty()) {
      auto link = std::move(pool_.idle.back());
      pool_.idle.pop_back();
      if (link->is_open()) return use(std::move(link));
    }
    return false;
  }

  bool use(std::unique_ptr<Link> link) {
    link_ = std::move(link);
    return pool_.in_use.insert(link_.get()).second;
  }

  void keep() {
    pool_.in_use.erase(link_.get());
    pool_.idle.push_back(std::move(link_));
  }

  Link& link() { return *link_; }

 private:
  Pool& pool_;
  std::unique_ptr<Link> link_;
};

std::string request_head(Method method, const Url& url, const Headers& headers,
                         std::size_t body_size) {
  auto head = std::string{name(method)} + " " + url.target + " HTTP/1.1\r\n";
  append_header(head, "Host", url.authority);
  for (const auto& [name, value] : headers) append_header(head, name, value);
  const bool may_send = method != Method::get && method != Method::head;
  if (may_send || body_size > 0) append_header(head, "Content-Length", std::to_string(body_size));
  return head += "\r\n";
}

class PoolingClient final : public Client {
 public:
  PoolingClient(runtime::Runtime& runtime, ClientConfig config)
      : executor_(runtime.executor()), config_(std::move(config)), landed_(executor_) {
    landed_.expires_at(asio::steady_timer::time_point::max());
    if (!config_.ca_file.empty()) transport::client_context(config_.ca_file);
  }

  awaitable<Response> send(Method method, std::string url, Headers headers, std::string body,
                           std::chrono::milliseconds limit) override {
    const Flight flight{*this};
    try {
      auto parsed = transport::parse_url(url);
      auto exchanged = exchange(method, std::move(parsed), std::move(headers), std::move(body));
      co_return co_await runtime::with_deadline(std::move(exchanged), limit);
    } catch (const runtime::DeadlineExceeded&) {
      throw NoAnswer("no answer within " + std::to_string(limit.count()) + " ms");
    } catch (const std::invalid_argument& error) {
      throw NoAnswer(error.what());
    } catch (const system_error& error) {
      if (error.code() == asio::error::operation_aborted && !closing_) throw;
      throw NoAnswer(error.code().message());
    }
  }

  awaitable<void> close() override {
    closing_ = true;
    for (auto& [_, pool] : pools_) {
      pool.idle.clear();
      for (auto* link : pool.in_use) link->stream.close();
      pool.freed.cancel();
    }
    while (in_flight_ > 0) co_await landed_.async_wait(asio::as_tuple(asio::use_awaitable));
  }

 private:
  struct Flight {
    explicit Flight(PoolingClient& of) : client(of) { ++client.in_flight_; }
    ~Flight() {
      if (--client.in_flight_ == 0) client.landed_.cancel();
    }
    Flight(const Flight&) = delete;
    Flight& operator=(const Flight&) = delete;
    PoolingClient& client;
  };

  awaitable<Response> exchange(Method method, Url url, Headers headers, std::string body) {
    auto& pool = pool_of(url);
    while (pool.taken >= config_.connections_per_host_max && !closing_)
      co_await pool.freed.async_wait(asio::as_tuple(asio::use_awaitable));
    if (closing_) throw NoAnswer("the client is closing");

    Lease lease{pool};
    if (!lease.take_idle()) co_await dial(lease, url);
    auto& [stream, input] = lease.link();
    const auto head = request_head(method, url, headers, body.size());
    co_await stream.write(head, body, write_timeout);
    auto answer = co_await read_answer(stream, input, method, config_.body_max_bytes);
    if (answer.keep_alive && !closing_) lease.keep();
    co_return std::move(answer.response);
  }

  awaitable<void> dial(Lease& lease, const Url& url) {
    auto stream = co_await transport::dial(url, config_.ca_file, config_.connect_timeout);
    lease.use(std::make_unique<Link>(std::move(stream), Input{}));
  }

  Pool& pool_of(const Url& url) {
    const auto key = (url.secure ? "s " : "p ") + url.host + " " + url.port;
    return pools_.try_emplace(key, executor_).first->second;
  }

  static constexpr auto write_timeout = std::chrono::milliseconds{30'000};

  asio::any_io_executor executor_;
  ClientConfig config_;
  std::map<std::string, Pool> pools_;
  std::size_t in_flight_ = 0;
  asio::steady_timer landed_;  ///< Rings when nothing is in flight any more.
  bool closing_ = false;
};

}  // namespace

std::unique_ptr<Client> make_client(runtime::Runtime& runtime, ClientConfig config) {
  return std::make_unique<PoolingClient>(runtime, std::move(config));
}

}  // namespace platform::http
