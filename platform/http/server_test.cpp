#include "platform/http/server.hpp"

#include <gmock/gmock.h>

#include "platform/http/loopback.hpp"

namespace platform::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

/// Says what it was asked.
awaitable<Response> echo(Request request) {
  co_return Response{.body = std::string{name(request.method)} + " " + request.path + " " +
                             request.body};
}

class ServerTest : public Loopback {};

TEST_F(ServerTest, answers) {
  const auto& server = serve({}, {.on_request = echo});
  run([&]() -> awaitable<void> {
    const auto answer =
        co_await exchange(server, "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nGET /hello "));
  }());
}

}  // namespace
}  // namespace platform::http
