#include "platform/ws/socket.hpp"

#include <gmock/gmock.h>

#include "platform/http/client.hpp"
#include "platform/http/loopback.hpp"

namespace platform::ws {
namespace {

using http::Peer;
using http::Request;
using http::Response;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  reserved = 3,
  close = 8,
  ping = 9,
  pong = 10,
};

struct Frame {
  Opcode opcode;
  std::string payload;

  std::uint16_t close_code() const {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(payload.at(i)); };
    return static_cast<std::uint16_t>(byte(0) << 8 | byte(1));
  }
};

/// As a client sends it; the mask is zero, which is a mask like any other.
std::string masked(Opcode opcode, std::string_view payload) {
  std::string frame{static_cast<char>(0x80 | static_cast<int>(opcode))};
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0xfe);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xff);
  }
  return frame.append(4, '\0').append(payload);
}

awaitable<Frame> receive_frame(Peer& peer) {
  const auto head = co_await peer.receive(2);
  std::size_t size = static_cast<std::uint8_t>(head[1]);
  if (size == 126) {
    const auto more = co_await peer.receive(2);
    size = static_cast<std::size_t>(static_cast<std::uint8_t>(more[0]) << 8 |
                                    static_cast<std::uint8_t>(more[1]));
  }
  co_return Frame{static_cast<Opcode>(head[0] & 0x0f), co_await peer.receive(size)};
}

const std::string handshake =
    "GET /v1/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

class SocketTest : public http::Loopback {
 protected:
  /// A server that accepts every socket and hands it to `on_socket`.
  http::Server& serve_sockets(std::function<awaitable<void>(Socket&)> on_socket,
                              Limits limits = {}) {
    http::Routes routes;
    routes.on_upgrade = [](const Request&) -> awaitable<Response> {
      co_return Response{.status = 101, .headers = {{"Sec-WebSocket-Protocol", "nebengjek.v1"}}};
    };
    routes.on_socket = [this, on_socket](Request,
                                         std::unique_ptr<Socket> socket) -> awaitable<void> {
      co_await on_socket(*socket);
      closed_with_ = socket->close_code();
    };
    return serve({.websocket = limits}, std::move(routes));
  }

  http::Server& serve_echo(Limits limits = {}) {
    return serve_sockets(
        [](Socket& socket) -> awaitable<void> {
          while (auto text = co_await socket.read()) socket.send(std::move(*text));
        },
        limits);
  }

  /// A raw peer whose socket is open.
  awaitable<Peer> open(const http::Server& server) {
    auto client = co_await peer(server);
    co_await client.send(handshake + "\r\n");
    const auto answer = co_await client.receive_until("\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 101 "));
    co_return client;
  }

  awaitable<std::unique_ptr<Socket>> dial(const http::Server& server, Limits limits = {}) {
    co_return co_await connect(runtime_, url(server), {}, {}, limits);
  }

  static std::string url(const http::Server& server) {
    return "ws://127.0.0.1:" + std::to_string(server.port()) + "/v1/ws";
  }

  std::uint16_t closed_with_ = 0;
};

TEST_F(SocketTest, echoes_in_order) {
  const auto& server = serve_echo();
  run([&]() -> awaitable<void> {
    auto socket = co_await dial(server);
    for (int i = 0; i < 20; ++i) socket->send("message " + std::to_string(i));
    for (int i = 0; i < 20; ++i) EXPECT_EQ(co_await socket->read(), "message " + std::to_string(i));
    socket->close(CloseCode::normal);
    EXPECT_EQ(co_await socket->read(), std::nullopt);
    co_await until([&] { return closed_with_ != 0; });
    EXPECT_EQ(closed_with_, 1000);
  }());
}

TEST_F(SocketTest, carries_messages_up_to_the_limit) {
  const auto& server = serve_echo();
  run([&]() -> awaitable<void> {
    auto socket = co_await dial(server);
    const std::string largest(Limits{}.message_max_bytes, 'x');
    socket->send(largest);
    EXPECT_EQ(co_await socket->read(), largest);
  }());
}

TEST_F(SocketTest, speaks_the_chosen_subprotocol) {
  const auto& server = serve_echo();
  run([&]() -> awaitable<void> {
    auto client = co_await peer(server);
    co_await client.send(handshake + "Sec-WebSocket-Protocol: bearer.x, nebengjek.v1\r\n\r\n");
    const auto answer = co_await client.receive_until("\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr("Sec-WebSocket-Protocol: nebengjek.v1\r\n"));
    EXPECT_THAT(answer, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_THAT(answer, HasSubstr("Server: nebengjek\r\n"));
  }());
}

struct Violation {
  const char* what;
  std::string bytes;
  std::uint16_t code;
};

TEST_F(SocketTest, closes_with_the_code_of_the_broken_limit) {
  std::string flood;
  for (std::size_t i = 0; i <= Limits{}.messages_per_second_max + 5; ++i)
    flood += masked(Opcode::text, "x");
  std::string ping_flood;
  for (std::size_t i = 0; i <= Limits{}.messages_per_second_max + 5; ++i)
    ping_flood += masked(Opcode::ping, "");
  const Violation table[] = {
      {"binary", masked(Opcode::binary, "x"), 1003},
      {"too large", masked(Opcode::text, std::string(16'385, 'x')), 1009},
      {"bad UTF-8", masked(Opcode::text, "\xff"), 1007},
      {"half a character", masked(Opcode::text, "\xc3"), 1007},
      {"a surrogate", masked(Opcode::text, "\xed\xa0\x80"), 1007},
      {"flood", flood, 1008},
      {"flood of pings", ping_flood, 1008},
      {"unmasked", std::string{"\x81\x01x"}, 1002},
      {"reserved opcode", masked(Opcode::reserved, "x"), 1002},
      {"continuation of nothing", masked(Opcode::continuation, "x"), 1002},
      {"reserved bits", std::string{"\xf1\x81\0\0\0\0x", 7}, 1002},
  };
  const auto& server = serve_echo();
  for (const auto& row : table) {
    closed_with_ = 0;
    SCOPED_TRACE(row.what);
    run([&]() -> awaitable<void> {
      auto client = co_await open(server);
      co_await client.send(row.bytes);
      auto frame = co_await receive_frame(client);
      while (frame.opcode != Opcode::close) frame = co_await receive_frame(client);
      EXPECT_EQ(frame.close_code(), row.code) << row.what;
      co_await client.send(masked(Opcode::close, "\x03\xe8"));
      co_await client.receive_rest();
      co_await until([&] { return closed_with_ != 0; });
      EXPECT_EQ(closed_with_, row.code) << row.what;
    }());
  }
}

TEST_F(SocketTest, answers_pings) {
  const auto& server = serve_echo();
  run([&]() -> awaitable<void> {
    auto client = co_await open(server);
    co_await client.send(masked(Opcode::ping, "there?"));
    const auto frame = co_await receive_frame(client);
    EXPECT_EQ(frame.opcode, Opcode::pong);
    EXPECT_EQ(frame.payload, "there?");
  }());
}

TEST_F(SocketTest, takes_the_peers_code) {
  const auto& server = serve_echo();
  run([&]() -> awaitable<void> {
    auto client = co_await open(server);
    co_await client.send(masked(Opcode::close, "\x0f\xa1"));  // 4001
    const auto frame = co_await receive_frame(client);
    EXPECT_EQ(frame.opcode, Opcode::close);
    co_await client.receive_rest();
    co_await until([&] { return closed_with_ != 0; });
    EXPECT_EQ(closed_with_, 4001);
  }());
}

TEST_F(SocketTest, notices_a_peer_that_just_went_away) {
  const auto& server = serve_echo();
  run([&]() -> awaitable<void> {
    {
      auto client = co_await open(server);
    }
    co_await until([&] { return closed_with_ != 0; });
    EXPECT_EQ(closed_with_, 1006);
  }());
}

TEST_F(SocketTest, drops_a_peer_that_does_not_answer_pings) {
  const auto& server = serve_echo({.ping_interval = 20ms, .pong_timeout = 20ms});
  run([&]() -> awaitable<void> {
    auto client = co_await open(server);
    const auto frame = co_await receive_frame(client);
    EXPECT_EQ(frame.opcode, Opcode::ping);
    co_await until([&] { return closed_with_ != 0; });
    EXPECT_EQ(closed_with_, 1006);
  }());
}

TEST_F(SocketTest, keeps_a_quiet_peer_that_answers_them) {
  const auto& server = serve_echo({.ping_interval = 10ms, .pong_timeout = 500ms});
  run([&]() -> awaitable<void> {
    auto client = co_await open(server);
    for (int i = 0; i < 5; ++i) {
      const auto frame = co_await receive_frame(client);
      EXPECT_EQ(frame.opcode, Opcode::ping);
      co_await client.send(masked(Opcode::pong, frame.payload));
    }
    EXPECT_EQ(closed_with_, 0);
  }());
}

TEST_F(SocketTest, closes_after_what_is_queued) {
  const auto& server = serve_sockets([](Socket& socket) -> awaitable<void> {
    for (const auto* text : {"one", "two", "three"}) socket.send(text);
    socket.close(CloseCode::token_expired, "sign in again");
    socket.send("too late");
    EXPECT_EQ(co_await socket.read(), std::nullopt);
  });
  run([&]() -> awaitable<void> {
    auto client = co_await open(server);
    std::vector<std::string> payloads;
    for (int i = 0; i < 4; ++i) payloads.push_back((co_await receive_frame(client)).payload);
    EXPECT_THAT(payloads, testing::ElementsAre("one", "two", "three", "\x11\x31sign in again"));
  }());
}

TEST_F(SocketTest, closes_when_it_is_dropped) {
  const auto& server = serve_sockets([](Socket& socket) -> awaitable<void> {
    socket.send("bye");
    co_return;
  });
  run([&]() -> awaitable<void> {
    auto socket = co_await dial(server);
    EXPECT_EQ(co_await socket->read(), "bye");
    EXPECT_EQ(co_await socket->read(), std::nullopt);
    EXPECT_EQ(socket->close_code(), 1000);
  }());
}

TEST_F(SocketTest, may_stop_waiting_for_a_message) {
  bool was_late = false;
  const auto& server = serve_sockets([&](Socket& socket) -> awaitable<void> {
    try {
      co_await runtime::with_deadline(socket.read(), 5ms);
    } catch (const runtime::DeadlineExceeded&) {
      was_late = true;
    }
    socket.send("now");
    EXPECT_EQ(co_await socket.read(), "hello");
  });
  run([&]() -> awaitable<void> {
    auto socket = co_await dial(server);
    EXPECT_EQ(co_await socket->read(), "now");
    EXPECT_TRUE(was_late);
    socket->send("hello");
    EXPECT_EQ(co_await socket->read(), std::nullopt);
  }());
}

/// Larger than what the kernel buffers for a connection.
const std::string large(8 << 20, 'x');

TEST_F(SocketTest, gives_up_on_a_slow_reader_of_events) {
  const auto& server = serve_sockets(
      [](Socket& socket) -> awaitable<void> {
        socket.send(large);
        for (int i = 0; i < 5; ++i) socket.send("event");
        EXPECT_EQ(co_await socket.read(), std::nullopt);
      },
      {.outgoing_max_frames = 4});
  run([&]() -> awaitable<void> {
    auto socket = co_await dial(server, {.message_max_bytes = large.size()});
    co_await until([&] { return closed_with_ != 0 || socket->close_code() != 0; });
    EXPECT_EQ(socket->close_code(), 1013);
  }());
}

TEST_F(SocketTest, coalesces_positions_for_a_slow_reader) {
  const auto& server = serve_sockets(
      [](Socket& socket) -> awaitable<void> {
        socket.send(large);
        for (int i = 0; i < 1'000; ++i) {
          socket.send_latest("driver", "at " + std::to_string(i));
          socket.send_latest("fare", "fare " + std::to_string(i));
        }
        EXPECT_EQ(co_await socket.read(), std::nullopt);
      },
      {.outgoing_max_frames = 4});
  run([&]() -> awaitable<void> {
    auto socket = co_await dial(server, {.message_max_bytes = large.size()});
    EXPECT_EQ((co_await socket->read())->size(), large.size());
    EXPECT_EQ(co_await socket->read(), "at 999");
    EXPECT_EQ(co_await socket->read(), "fare 999");
  }());
}

TEST_F(SocketTest, drops_a_peer_that_reads_nothing) {
  const auto& server = serve_sockets(
      [](Socket& socket) -> awaitable<void> {
        socket.send(large);
        EXPECT_EQ(co_await socket.read(), std::nullopt);
      },
      {.write_timeout = 50ms});
  run([&]() -> awaitable<void> {
    auto client = co_await open(server);
    co_await until([&] { return closed_with_ != 0; });
    EXPECT_EQ(closed_with_, 1006);
  }());
}

TEST_F(SocketTest, stops_a_peer_that_sends_faster_than_it_is_read) {
  constexpr int count = 500;
  int seen = 0;
  const auto& server = serve_sockets(
      [&](Socket& socket) -> awaitable<void> {
        co_await socket.read();
        socket.send("reading");
        for (seen = 1; seen < count; ++seen) {
          if (!co_await socket.read()) break;
          co_await runtime::sleep_for(0ms);
        }
      },
      {.messages_per_second_max = 10'000});
  run([&]() -> awaitable<void> {
    auto socket = co_await dial(server, {.outgoing_max_frames = count});
    for (int i = 0; i < count; ++i) socket->send(std::string(1'000, 'x'));
    EXPECT_EQ(co_await socket->read(), "reading");
    EXPECT_EQ(co_await socket->read(), std::nullopt);
    EXPECT_EQ(seen, count);
  }());
}

TEST_F(SocketTest, says_1001_when_the_server_stops) {
  auto& server = serve_echo();
  run([&]() -> awaitable<void> {
    auto socket = co_await dial(server);
    socket->send("hello");
    EXPECT_EQ(co_await socket->read(), "hello");
    co_await server.stop(2'000ms);
    EXPECT_EQ(co_await socket->read(), std::nullopt);
    EXPECT_EQ(socket->close_code(), 1001);
    EXPECT_EQ(closed_with_, 1001);
  }());
}

TEST_F(SocketTest, ends_at_once_when_grace_is_over) {
  auto& server = serve_echo();
  run([&]() -> awaitable<void> {
    auto client = co_await open(server);  // never answers the close frame
    co_await server.stop(10ms);
    const auto frame = co_await receive_frame(client);
    EXPECT_EQ(frame.close_code(), 1001);
  }());
}

TEST_F(SocketTest, fails_to_connect_with_a_reason) {
  const auto& server = serve({}, {.on_upgrade = [](const Request&) -> awaitable<Response> {
                               co_return Response{.status = 401};
                             }});
  const auto failure = [&](std::string to) -> awaitable<std::string> {
    try {
      co_await connect(runtime_, to, {});
    } catch (const http::NoAnswer& error) {
      co_return error.what();
    }
    co_return "connected";
  };
  run([&]() -> awaitable<void> {
    EXPECT_THAT(co_await failure(url(server)), HasSubstr("401"));
    EXPECT_THAT(co_await failure("ws://127.0.0.1:1/"), HasSubstr("refused"));
  }());
}

}  // namespace
}  // namespace platform::ws
