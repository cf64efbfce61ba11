#include "platform/http/server.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

#include "platform/http/loopback.hpp"

namespace platform::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

/// Says what it was asked.
awaitable<Response> echo(Request request) {
  auto text = std::string{name(request.method)} + ' ' + request.path;
  for (const auto& [name, value] : request.query) text += ' ' + name + '=' + value;
  co_return Response{.body = text + " [" + request.body + "]"};
}

std::string get(std::string_view path, std::string_view headers = {}) {
  return "GET " + std::string{path} + " HTTP/1.1\r\nHost: x\r\n" + std::string{headers} + "\r\n";
}

std::string post(std::string_view headers, std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + std::string{headers} + "\r\n" + std::string{body};
}

const std::string last = "Connection: close\r\n";

class ServerTest : public Loopback {
 protected:
  /// One answer with a Content-Length, off a connection that stays open.
  awaitable<std::string> receive_answer(Peer& client) {
    auto head = co_await client.receive_until("\r\n\r\n");
    const std::string_view name = "Content-Length: ";
    const auto size = std::stoul(head.substr(head.find(name) + name.size()));
    co_return head + co_await client.receive(size);
  }
};

TEST_F(ServerTest, answers) {
  const auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    const auto answer = co_await exchange(server, get("/v1/a%20b?c=d%26", last));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nServer: nebengjek\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nDate: "));
    EXPECT_THAT(answer, Not(HasSubstr("Strict-Transport-Security")));
    EXPECT_THAT(answer, EndsWith("\r\n\r\nGET /v1/a b c=d& []"));
  }());
}

TEST_F(ServerTest, keeps_the_connection) {
  const auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    for (int i = 0; i < 3; ++i) {
      co_await client.send(get("/" + std::to_string(i)));
      const auto answer = co_await receive_answer(client);
      EXPECT_THAT(answer, HasSubstr("\r\nConnection: keep-alive\r\n"));
      EXPECT_THAT(answer, EndsWith("GET /" + std::to_string(i) + " []"));
    }
  }());
}

TEST_F(ServerTest, answers_pipelined_requests_in_order) {
  const auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    co_await client.send("\r\n" + get("/1") + post("Content-Length: 2\r\n", "ab") +
                         post("Transfer-Encoding: chunked\r\n", "3\r\nxyz\r\n0\r\n\r\n") +
                         get("/4", last));
    const auto answers = co_await client.receive_rest();
    const auto first = answers.find("GET /1 []"), second = answers.find("POST / [ab]");
    const auto third = answers.find("POST / [xyz]"), fourth = answers.find("GET /4 []");
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_LT(third, fourth);
    EXPECT_NE(fourth, answers.npos);
  }());
}

TEST_F(ServerTest, takes_requests_byte_by_byte) {
  const auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    for (const char byte : post("Transfer-Encoding: chunked\r\n" + last, "2\r\nab\r\n0\r\n\r\n"))
      co_await client.send(std::string{byte});
    EXPECT_THAT(co_await client.receive_rest(), EndsWith("POST / [ab]"));
  }());
}

TEST_F(ServerTest, answers_head_without_a_body) {
  const auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    const auto answer =
        co_await exchange(server, "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 9\r\n"));
    EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
  }());
}

TEST_F(ServerTest, speaks_to_old_clients) {
  const auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    EXPECT_THAT(co_await exchange(server, "GET / HTTP/1.0\r\n\r\n"),
                HasSubstr("\r\nConnection: close\r\n"));
  }());
}

TEST_F(ServerTest, says_when_a_body_may_come) {
  const auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    co_await client.send(post("Expect: 100-continue\r\nContent-Length: 2\r\n", ""));
    EXPECT_EQ(co_await client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    co_await client.send("ab");
    EXPECT_THAT(co_await receive_answer(client), EndsWith("POST / [ab]"));
  }());
}

struct Refusal {
  const char* what;
  std::string bytes;
  int status;
};

const Refusal refusals[] = {
    // Limits
    {"request line", get("/" + std::string(4'096, 'a')), 414},
    {"endless request line", std::string(5'000, 'a'), 414},
    {"headers", get("/", "A: " + std::string(8'192, 'a') + "\r\n"), 431},
    {"endless headers", "GET / HTTP/1.1\r\nA: " + std::string(9'000, 'a'), 431},
    {"body", post("Content-Length: 65537\r\n", ""), 413},
    {"body of someone who asks first",
     post("Content-Length: 65537\r\nExpect: 100-continue\r\n", ""), 413},
    {"body in chunks", post("Transfer-Encoding: chunked\r\n", "10001\r\n"), 413},
    {"huge chunk", post("Transfer-Encoding: chunked\r\n", "ffffffff\r\n"), 413},
    // Smuggling: the second request must never be seen.
    {"CL.TE", post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nG"), 400},
    {"TE.CL", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "5c\r\nGPOST / HTTP/1.1"),
     400},
    {"TE.TE", post("Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n", "0\r\n\r\n"), 400},
    {"two lengths", post("Content-Length: 2\r\nContent-Length: 2\r\n", "ab"), 400},
    {"two different lengths", post("Content-Length: 2\r\nContent-Length: 30\r\n", "ab"), 400},
    {"blank before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
    {"folded", post("X: y\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
    {"bare LF", "GET / HTTP/1.1\nHost: x\n\n", 400},
    {"bare LF hides a header", get("/", "A: b\nTransfer-Encoding: chunked\r\n"), 400},
    {"bare CR", get("/", "A: b\rContent-Length: 5\r\n"), 400},
    {"chunk with bare LF", post("Transfer-Encoding: chunked\r\n", "1\nx\r\n0\r\n\r\n"), 400},
    {"chunk longer than it said", post("Transfer-Encoding: chunked\r\n", "1\r\nxyz\r\n0\r\n\r\n"),
     400},
    {"chunk of no size", post("Transfer-Encoding: chunked\r\n", "zz\r\n"), 400},
    // What is not HTTP/1.1
    {"version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400},
    {"no version", "GET /\r\n\r\n", 400},
    {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"bad escape", get("/%zz"), 400},
    {"NUL in the path", get("/a%00b"), 400},
    {"line break in the path", get("/a%0d%0ab"), 400},
    {"way out", get("/../etc/passwd"), 400},
    {"unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"unknown expectation", get("/", "Expect: miracles\r\n"), 417},
    {"no WebSocket here", get("/", "Connection: upgrade\r\nUpgrade: websocket\r\n"), 404},
};

TEST_F(ServerTest, refuses_and_closes) {
  int seen = 0;
  const auto& server = serve({}, {.on_request = [&](Request request) {
                               ++seen;
                               return echo(std::move(request));
                             }});
  for (const auto& row : refusals) {
    run([&]() -> awaitable<void> {
      const auto answer = co_await exchange(server, row.bytes + get("/smuggled"));
      EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(row.status) + " ")) << row.what;
      EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n")) << row.what;
      EXPECT_THAT(answer, HasSubstr("urn:nebengjek:problem:")) << row.what;
      EXPECT_THAT(answer.substr(1), Not(HasSubstr("HTTP/1.1 "))) << row.what;
    }());
  }
  EXPECT_EQ(seen, 0);
}

TEST_F(ServerTest, takes_what_is_just_within_the_limits) {
  const auto& server = serve({}, {.on_request = echo});
  const auto request_line = "GET /" + std::string(4'096 - 14, 'a') + " HTTP/1.1";
  ASSERT_EQ(request_line.size(), 4'096U);
  const std::string accepted[] = {
      request_line + "\r\nHost: x\r\n" + last + "\r\n",
      get("/", last + "A: " + std::string(8'100, 'a') + "\r\n"),
      post(last + "Content-Length: 65536\r\n", std::string(65'536, 'a')),
      post(last + "Transfer-Encoding: chunked\r\n",
           "10000\r\n" + std::string(65'536, 'a') + "\r\n0\r\n\r\n"),
  };
  for (const auto& bytes : accepted) {
    run([&]() -> awaitable<void> {
      EXPECT_THAT(co_await exchange(server, bytes), StartsWith("HTTP/1.1 200 "));
    }());
  }
}

TEST_F(ServerTest, lets_the_service_word_the_errors) {
  const auto& server = serve(
      {}, {.on_request = echo,
           .on_error = [](int status, std::string_view code, std::string_view detail) -> Response {
             return {.status = status, .body = std::string{code} + ": " + std::string{detail}};
           }});
  run([&]() -> awaitable<void> {
    EXPECT_THAT(co_await exchange(server, "nonsense\r\n\r\n"),
                EndsWith("\r\n\r\nmalformed_request: The request line or a header is malformed."));
  }());
}

TEST_F(ServerTest, has_no_patience_with_slow_requests) {
  const auto& server = serve({.head_timeout = 30ms, .body_timeout = 30ms, .idle_timeout = 30ms},
                             {.on_request = echo});
  const std::pair<std::string, std::string> table[] = {
      {"GET / HTT", "HTTP/1.1 408 "},
      {"GET / HTTP/1.1\r\nHost: x\r\n", "HTTP/1.1 408 "},
      {post("Content-Length: 10\r\n", "abc"), "HTTP/1.1 408 "},
      {post("Transfer-Encoding: chunked\r\n", "5\r\nabc"), "HTTP/1.1 408 "},
      {post("Content-Length: 3\r\nExpect: 100-continue\r\n", ""), "HTTP/1.1 100 "},
  };
  for (const auto& [bytes, answer] : table) {
    run([&]() -> awaitable<void> {
      EXPECT_THAT(co_await exchange(server, bytes), StartsWith(answer)) << bytes;
    }());
  }
}

TEST_F(ServerTest, asks_bodies_to_keep_a_pace) {
  const auto& server = serve({.body_min_bytes_per_second = 1'000'000, .body_pace_grace = 20ms},
                             {.on_request = echo});
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    co_await client.send(post("Content-Length: 60000\r\n", "slow"));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THAT(co_await client.receive_rest(), StartsWith("HTTP/1.1 408 "));
    EXPECT_LT(std::chrono::steady_clock::now() - began, ServerConfig{}.body_timeout / 2);
  }());
}

TEST_F(ServerTest, closes_idle_connections_without_a_word) {
  const auto& server = serve({.head_timeout = 20ms, .idle_timeout = 20ms}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await exchange(server, ""), "");
    auto client = co_await peer(server);
    co_await client.send(get("/"));
    co_await receive_answer(client);
    EXPECT_EQ(co_await client.receive_rest(), "");
  }());
}

TEST_F(ServerTest, does_not_wait_for_those_who_do_not_read) {
  const auto& server =
      serve({.write_timeout = 30ms}, {.on_request = [](Request) -> awaitable<Response> {
              co_return Response{.body = std::string(64 << 20, 'x')};
            }});
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    co_await client.send(get("/"));
    co_await client.receive(1);
    co_await runtime::sleep_for(100ms);
    try {
      co_await client.receive_rest();
    } catch (const boost::system::system_error&) {
    }
    EXPECT_LT(client.received().size(), std::size_t{64 << 20});
  }());
}

TEST_F(ServerTest, turns_away_whom_it_has_no_room_for) {
  const auto& server = serve({.connections_max = 1}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    co_await client.send(get("/"));
    co_await receive_answer(client);
    const auto answer = co_await exchange(server, "");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(answer, HasSubstr("\r\nRetry-After: 1\r\n"));
    co_await client.send(get("/"));
    EXPECT_THAT(co_await receive_answer(client), StartsWith("HTTP/1.1 200 "));
  }());
}

TEST_F(ServerTest, answers_500_when_a_handler_throws) {
  const auto& server = serve({}, {.on_request = [](Request) -> awaitable<Response> {
                               throw std::runtime_error("secret of the house");
                               co_return Response{};
                             }});
  run([&]() -> awaitable<void> {
    const auto answer = co_await exchange(server, get("/", last));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, Not(HasSubstr("secret")));
  }());
}

TEST_F(ServerTest, tells_handlers_where_requests_come_from) {
  Request seen;
  const auto remember = [&](Request request) -> awaitable<Response> {
    seen = std::move(request);
    co_return Response{};
  };
  const auto headers =
      last + "X-Forwarded-For: 1.2.3.4, 203.0.113.5\r\nX-Forwarded-Proto: https\r\n";
  const auto& strange = serve({}, {.on_request = remember});
  const auto& trusting = serve({.trusted_proxies = {"127.0.0.0/8"}}, {.on_request = remember});
  run([&]() -> awaitable<void> {
    co_await exchange(strange, get("/", headers));
    EXPECT_EQ(seen.remote_address, "127.0.0.1");
    EXPECT_FALSE(seen.secure);
    co_await exchange(trusting, get("/", headers));
    EXPECT_EQ(seen.remote_address, "203.0.113.5");
    EXPECT_TRUE(seen.secure);
  }());
}

TEST_F(ServerTest, shares_a_port_between_threads) {
  const auto& first = serve({}, {.on_request = echo});
  const auto& second = serve({.port = first.port()}, {.on_request = echo});
  EXPECT_EQ(first.port(), second.port());
}

TEST_F(ServerTest, says_why_it_cannot_listen) {
  try {
    make_server(runtime_, {.address = "192.0.2.1"}, {.on_request = echo});
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), StartsWith("HTTP can't listen on 192.0.2.1 port 0: "));
  }
}

/// A handler that answers when it is told to.
struct Gate {
  bool entered = false, opened = false;

  awaitable<Response> pass() {
    entered = true;
    while (!opened) co_await runtime::sleep_for(1ms);
    co_return Response{.body = "done"};
  }
};

TEST_F(ServerTest, goes_on_for_a_while_when_it_stops_but_keeps_no_connection) {
  auto& server = serve({.drain = 300ms}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    auto kept = co_await peer(server);
    co_await kept.send(get("/"));
    EXPECT_THAT(co_await receive_answer(kept), Not(HasSubstr("Connection: close")));
    bool stopped = false;
    runtime_.tasks().spawn("stop", [&]() -> awaitable<void> {
      co_await server.stop(5'000ms);
      stopped = true;
    });
    co_await kept.send(get("/"));
    EXPECT_THAT(co_await kept.receive_rest(), HasSubstr("Connection: close"));
    EXPECT_THAT(co_await exchange(server, get("/")), StartsWith("HTTP/1.1 200 "));
    EXPECT_FALSE(stopped);
    auto idle = co_await peer(server);
    EXPECT_EQ(co_await idle.receive_rest(), "");
    co_await until([&] { return stopped; });
  }());
}

TEST_F(ServerTest, finishes_what_is_in_flight_when_it_stops) {
  Gate gate;
  auto& server = serve({}, {.on_request = [&](Request) { return gate.pass(); }});
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    auto idle = co_await peer(server);
    co_await client.send(get("/"));
    co_await until([&] { return gate.entered; });
    bool stopped = false;
    runtime_.tasks().spawn("stop", [&]() -> awaitable<void> {
      co_await server.stop(5'000ms);
      stopped = true;
    });
    EXPECT_EQ(co_await idle.receive_rest(), "");
    EXPECT_FALSE(stopped);
    EXPECT_THROW(co_await peer(server), boost::system::system_error);
    gate.opened = true;
    const auto answer = co_await client.receive_rest();
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(answer, EndsWith("done"));
    co_await until([&] { return stopped; });
  }());
}

TEST_F(ServerTest, takes_a_request_that_was_on_its_way_when_it_stops) {
  auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    co_await client.send(get("/1"));
    co_await receive_answer(client);
    co_await client.send(get("/2"));
    co_await server.stop(5'000ms);
    EXPECT_THAT(co_await client.receive_rest(), EndsWith("GET /2 []"));
  }());
}

TEST_F(ServerTest, stops_waiting_when_grace_is_over) {
  Gate gate;
  auto& server = serve({}, {.on_request = [&](Request) { return gate.pass(); }});
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    co_await client.send(get("/"));
    co_await until([&] { return gate.entered; });
    co_await server.stop(10ms);
    EXPECT_EQ(co_await client.receive_rest(), "");
  }());
}

TEST_F(ServerTest, survives_clients_that_vanish) {
  const auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    for (const auto* bytes :
         {"", "GET", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"}) {
      auto client = co_await peer(server);
      co_await client.send(bytes);
      client.socket().set_option(boost::asio::socket_base::linger{true, 0});
    }
    EXPECT_THAT(co_await exchange(server, get("/", last)), StartsWith("HTTP/1.1 200 "));
  }());
}

const std::string handshake =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

TEST_F(ServerTest, checks_upgrades_before_the_service_sees_them) {
  Routes routes;
  int asked = 0;
  routes.on_upgrade = [&](const Request&) -> awaitable<Response> {
    ++asked;
    co_return Response{.status = 401};
  };
  const auto& server = serve({.allowed_origins = {"https://nebengjek.example"}}, std::move(routes));
  const auto without_key = handshake.substr(0, handshake.find("Sec-WebSocket-Key"));
  const auto old =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const Refusal table[] = {
      {"an app", get("/", handshake), 401},
      {"our page", get("/", handshake + "Origin: https://nebengjek.example\r\n"), 401},
      {"another page", get("/", handshake + "Origin: https://evil.example\r\n"), 403},
      {"a page of ours over HTTP", get("/", handshake + "Origin: http://nebengjek.example\r\n"),
       403},
      {"a page without origin", get("/", handshake + "Origin: null\r\n"), 403},
      {"no key", get("/", without_key), 400},
      {"old version", get("/", old), 400},
      {"not GET", post(handshake, ""), 400},
      {"with a body", get("/", handshake + "Content-Length: 1\r\n") + "x", 400},
      {"frames before the answer", get("/", handshake) + "\x81", 400},
  };
  for (const auto& row : table) {
    run([&]() -> awaitable<void> {
      EXPECT_THAT(co_await exchange(server, row.bytes),
                  StartsWith("HTTP/1.1 " + std::to_string(row.status)))
          << row.what;
    }());
  }
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace platform::http
