#include "platform/http/client.hpp"

#include <gmock/gmock.h>

#include "platform/http/loopback.hpp"

namespace platform::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

awaitable<Response> echo(Request request) {
  co_return Response{
      .status = 201,
      .headers = {{"X-Seen", std::string{request.headers.find("X-Say").value_or("")}}},
      .body = std::string{name(request.method)} + " " + request.path + " " + request.body};
}

class ClientTest : public Loopback {
 protected:
  ~ClientTest() override { run(client_->close()); }

  static std::string url(int port, std::string_view path = "/") {
    return "http://127.0.0.1:" + std::to_string(port) + std::string{path};
  }

  awaitable<Response> get(int port, std::chrono::milliseconds limit = 5'000ms) {
    return client_->send(Method::get, url(port), {}, {}, limit);
  }

  /// Why there is no answer.
  awaitable<std::string> failure(awaitable<Response> sent) {
    try {
      co_await std::move(sent);
    } catch (const NoAnswer& error) {
      co_return error.what();
    }
    co_return "an answer";
  }

  /// Accepts one connection on `acceptor_`, takes a request, sends `bytes` and closes.
  awaitable<void> answer_once(std::string bytes) {
    Peer peer{co_await acceptor_.async_accept(boost::asio::use_awaitable)};
    co_await peer.receive_until("\r\n\r\n");
    co_await peer.send(std::move(bytes));
  }

  void use(ClientConfig config) { client_ = make_client(runtime_, std::move(config)); }

  tcp::acceptor acceptor_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
  int accepting_port_ = acceptor_.local_endpoint().port();
  std::unique_ptr<Client> client_ = make_client(runtime_);
};

TEST_F(ClientTest, sends_and_receives) {
  const auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    const auto response = co_await client_->send(Method::post, url(server.port(), "/v1/a?b=c"),
                                                 {{"X-Say", "hi\r\nX-Evil: 1"}}, "body", 5'000ms);
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.body, "POST /v1/a body");
    EXPECT_EQ(response.headers.find("x-seen"), "hi  X-Evil: 1");
    const auto head = co_await client_->send(Method::head, url(server.port()), {}, {}, 5'000ms);
    EXPECT_EQ(head.body, "");
  }());
}

TEST_F(ClientTest, keeps_connections) {
  const auto& server = serve({.connections_max = 1}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 3; ++i) EXPECT_EQ((co_await get(server.port())).status, 201);
  }());
}

TEST_F(ClientTest, notices_that_a_kept_connection_was_closed) {
  auto& server = serve({}, {.on_request = echo});
  const auto port = server.port();
  run([&]() -> awaitable<void> {
    co_await get(port);
    co_await server.stop(1'000ms);
    const auto& next = serve({.port = port}, {.on_request = echo});
    EXPECT_EQ((co_await get(next.port())).status, 201);
  }());
}

TEST_F(ClientTest, bounds_the_connections_to_a_host) {
  use({.connections_per_host_max = 2});
  int now = 0, most = 0;
  const auto& server = serve({}, {.on_request = [&](Request) -> awaitable<Response> {
                               most = std::max(most, ++now);
                               co_await runtime::sleep_for(5ms);
                               --now;
                               co_return Response{};
                             }});
  run([&]() -> awaitable<void> {
    int answered = 0;
    for (int i = 0; i < 8; ++i) {
      runtime_.tasks().spawn("get", [&]() -> awaitable<void> {
        co_await get(server.port());
        ++answered;
      });
    }
    co_await until([&] { return answered == 8; });
    EXPECT_EQ(most, 2);
  }());
}

TEST_F(ClientTest, reads_bodies_of_every_kind) {
  const std::string answers[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\nhello",
      "HTTP/1.0 200\r\n\r\nhello",
      "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
  };
  for (const auto& bytes : answers) {
    runtime_.tasks().spawn("answer", answer_once(bytes));
    run([&]() -> awaitable<void> {
      EXPECT_EQ((co_await get(accepting_port_)).body, "hello") << bytes;
    }());
  }
}

TEST_F(ClientTest, says_why_there_is_no_answer) {
  use({.body_max_bytes = 10});
  const std::pair<std::string, std::string> table[] = {
      {"", "End of file"},
      {"HTTP/1.1 200 OK\r\nContent-Le", "End of file"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", "End of file"},
      {"SSH-2.0-OpenSSH\r\n\r\n", "not HTTP"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world", "too large"},
      {"HTTP/1.1 200 OK\r\n\r\nhello world", "too large"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n", "larger"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "broken"},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x'), "too large"},
  };
  for (const auto& [bytes, reason] : table) {
    runtime_.tasks().spawn("answer", answer_once(bytes));
    run([&]() -> awaitable<void> {
      EXPECT_THAT(co_await failure(get(accepting_port_)), HasSubstr(reason)) << bytes;
    }());
  }
  run([&]() -> awaitable<void> {
    EXPECT_THAT(co_await failure(get(1)), HasSubstr("refused"));
    EXPECT_THAT(co_await failure(client_->send(Method::get, "ftp://x/", {}, {}, 1s)),
                StartsWith("not an absolute"));
    EXPECT_THAT(co_await failure(client_->send(Method::get, "http://nowhere.invalid/", {}, {}, 5s)),
                HasSubstr("not found"));
  }());
}

TEST_F(ClientTest, gives_up_in_time) {
  run([&]() -> awaitable<void> {  // the kernel accepts, nobody answers
    EXPECT_EQ(co_await failure(get(accepting_port_, 20ms)), "no answer within 20 ms");
  }());
}

TEST_F(ClientTest, ends_what_is_in_flight_when_it_closes) {
  run([&]() -> awaitable<void> {
    std::string reason;
    runtime_.tasks().spawn(
        "get", [&]() -> awaitable<void> { reason = co_await failure(get(accepting_port_)); });
    Peer peer{co_await acceptor_.async_accept(boost::asio::use_awaitable)};
    co_await peer.receive_until("\r\n\r\n");
    co_await client_->close();
    EXPECT_NE(reason, "");
    EXPECT_EQ(co_await failure(get(accepting_port_)), "the client is closing");
  }());
}

}  // namespace
}  // namespace platform::http
