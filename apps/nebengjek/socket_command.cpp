#include "apps/nebengjek/socket_command.hpp"

#include <chrono>
#include <cstdio>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include "apps/nebengjek/blocking.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/ws/socket.hpp"

namespace apps::nebengjek {
namespace {

namespace asio = boost::asio;
namespace ws = platform::ws;
using platform::awaitable;

awaitable<void> send_lines(ws::Socket& socket, std::chrono::milliseconds linger) {
  asio::posix::stream_descriptor input{co_await asio::this_coro::executor, ::dup(STDIN_FILENO)};
  std::string buffer;
  for (;;) {
    boost::system::error_code ended;
    const auto size =
        co_await asio::async_read_until(input, asio::dynamic_buffer(buffer), '\n',
                                        asio::redirect_error(asio::use_awaitable, ended));
    if (ended) break;
    if (size > 1) socket.send(buffer.substr(0, size - 1));
    buffer.erase(0, size);
  }
  co_await platform::runtime::sleep_for(linger);
  socket.close(ws::CloseCode::normal);
}

}  // namespace

int talk_over_socket(const std::string& url, const std::string& token, int linger_ms) {
  std::uint16_t code = 0;
  run_blocking([&](platform::runtime::Runtime& runtime) -> awaitable<void> {
    const auto socket = co_await ws::connect(runtime, url, {{"Authorization", "Bearer " + token}});
    runtime.tasks().spawn("stdin", send_lines(*socket, std::chrono::milliseconds{linger_ms}));
    while (const auto text = co_await socket->read()) {
      std::printf("%s\n", text->c_str());
      std::fflush(stdout);
    }
    code = socket->close_code();
    co_await runtime.tasks().join();
  });
  std::fprintf(stderr, "closed: %u\n", code);
  return code == static_cast<std::uint16_t>(ws::CloseCode::normal) ? 0 : 1;
}

}  // namespace apps::nebengjek
