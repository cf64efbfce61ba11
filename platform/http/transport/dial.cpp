#include "platform/http/transport/dial.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "platform/http/transport/tls.hpp"

namespace platform::http::transport {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using boost::system::system_error;
using Deadline = asio::steady_timer::time_point;

/// A name being looked up. The system's resolver can't be interrupted, so whoever waits may leave
/// it behind.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), done(executor) {}

  tcp::resolver resolver;
  asio::steady_timer done;
  std::optional<error_code> error;
  std::vector<tcp::endpoint> endpoints;
};

awaitable<std::vector<tcp::endpoint>> look_up(const Url& url, Deadline deadline) {
  auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
  lookup->resolver.async_resolve(url.host, url.port,
                                 [lookup](const error_code& error, const auto& results) {
                                   for (const auto& result : results)
                                     lookup->endpoints.push_back(result.endpoint());
                                   lookup->error = error;
                                   lookup->done.cancel();
                                 });
  lookup->done.expires_at(deadline);
  co_await lookup->done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!lookup->error) throw system_error(asio::error::timed_out);
  if (*lookup->error) throw system_error(*lookup->error);
  co_return std::move(lookup->endpoints);
}

awaitable<std::vector<tcp::endpoint>> endpoints_of(const Url& url, Deadline deadline) {
  error_code not_an_address;
  const auto address = asio::ip::make_address(url.host, not_an_address);
  if (not_an_address) co_return co_await look_up(url, deadline);
  const auto port = static_cast<std::uint16_t>(std::strtoul(url.port.c_str(), nullptr, 10));
  co_return std::vector{tcp::endpoint{address, port}};
}

Stream unconnected(const Url& url, const std::string& ca_file,
                   const asio::any_io_executor& executor) {
  if (url.secure) return Stream{Socket{executor}, client_context(ca_file)};
  return Stream{Socket{executor}};
}

awaitable<error_code> connects(Stream& stream, tcp::endpoint endpoint) {
  try {
    co_await stream.connect(endpoint);
    co_return error_code{};
  } catch (const system_error& error) {
    co_return error.code();
  }
}

}  // namespace

awaitable<Stream> dial(const Url& url, const std::string& ca_file, Milliseconds limit) {
  const auto executor = co_await asio::this_coro::executor;
  const auto deadline = std::chrono::steady_clock::now() + limit;
  error_code failure = asio::error::host_not_found;
  for (const auto& endpoint : co_await endpoints_of(url, deadline)) {
    const auto left = deadline - std::chrono::steady_clock::now();
    auto stream = unconnected(url, ca_file, executor);
    stream.expire_after(std::chrono::ceil<Milliseconds>(left));
    failure = co_await connects(stream, endpoint);
    if (failure) continue;
    co_await stream.connect_tls(url.host);
    stream.expire_never();
    co_return stream;
  }
  throw system_error(failure);
}

}  // namespace platform::http::transport
