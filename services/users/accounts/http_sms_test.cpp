// Texts through HTTP providers that are down, slow or broken, and come back.

#include "services/users/accounts/http_sms.hpp"

#include <vector>

#include "platform/http/loopback.hpp"

namespace services::users::accounts {
namespace {

namespace http = platform::http;
using namespace std::chrono_literals;

/// A provider on a port of this machine, which does as the test says.
struct FakeProvider {
  int status = 202;
  std::chrono::milliseconds pause{0};
  std::vector<http::Request> requests;
  std::string url;

  http::Routes routes() {
    return {.on_request = [this](http::Request request) -> awaitable<http::Response> {
              requests.push_back(std::move(request));
              if (pause > 0ms) co_await platform::runtime::sleep_for(pause);
              co_return http::Response{.status = status, .headers = {}, .body = "{}"};
            },
            .on_upgrade = {},
            .on_socket = {},
            .on_error = {}};
  }
};

class HttpSms : public http::Loopback {
 protected:
  HttpSms() {
    open(first);
    open(second);
    config.primary = {.url = first.url, .token = "first token"};
    config.fallback = {.url = second.url, .token = "second token"};
    config.timeout = 200ms;
  }

  void open(FakeProvider& provider) {
    const auto& server = serve({}, provider.routes());
    provider.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/sms/messages";
  }

  /// Runs `story` with a sender made from the configuration as it is now.
  void tell(std::function<awaitable<void>(SmsSender&)> story) {
    const auto sender = make_http_sms_sender(runtime_, config);
    run(whole(*sender, std::move(story)));
  }

  awaitable<void> taken_by(const FakeProvider& provider, std::size_t count) {
    return until([&provider, count] { return provider.requests.size() >= count; });
  }

  FakeProvider first;
  FakeProvider second;
  SmsConfig config;

 private:
  static awaitable<void> whole(SmsSender& sender,
                               std::function<awaitable<void>(SmsSender&)> story) {
    co_await story(sender);
    co_await sender.close();
  }
};

TEST_F(HttpSms, SaysWhatToWhomAndWithWhichRight) {
  config.primary.sender = "NebengJek";
  tell([this](SmsSender& sender) -> awaitable<void> {
    sender.send("+6281234567890", "123456 is your code");
    co_await taken_by(first, 1);
  });
  const auto& request = first.requests.front();
  EXPECT_EQ(request.method, http::Method::post);
  EXPECT_EQ(request.path, "/sms/messages");
  EXPECT_EQ(request.headers.find("Authorization"), "Bearer first token");
  EXPECT_EQ(request.body,
            R"({"to":"+6281234567890","text":"123456 is your code","from":"NebengJek"})");
  EXPECT_TRUE(second.requests.empty());
}

TEST_F(HttpSms, NamesTheFieldsAsTheProviderDoes) {
  config.primary.to_field = "recipient";
  config.primary.text_field = "message";
  tell([this](SmsSender& sender) -> awaitable<void> {
    sender.send("+62812", "hello");
    co_await taken_by(first, 1);
  });
  EXPECT_EQ(first.requests.front().body, R"({"recipient":"+62812","message":"hello"})");
}

TEST_F(HttpSms, AFailureIsTriedOnceMoreAndThenGoesToTheSecond) {
  first.status = 500;
  tell([this](SmsSender& sender) -> awaitable<void> {
    sender.send("+62812", "hello");
    co_await taken_by(second, 1);
  });
  EXPECT_EQ(first.requests.size(), 2u);
  EXPECT_EQ(second.requests.size(), 1u);
}

TEST_F(HttpSms, ARefusalIsNotRepeated) {
  first.status = 401;
  tell([this](SmsSender& sender) -> awaitable<void> {
    sender.send("+62812", "hello");
    co_await taken_by(second, 1);
  });
  EXPECT_EQ(first.requests.size(), 1u);
}

TEST_F(HttpSms, ASlowProviderIsGivenUp) {
  first.pause = 5s;
  tell([this](SmsSender& sender) -> awaitable<void> {
    sender.send("+62812", "hello");
    co_await taken_by(second, 1);
  });
  EXPECT_EQ(second.requests.size(), 1u);
}

TEST_F(HttpSms, AProviderThatIsAwayIsReplaced) {
  config.primary.url = "http://127.0.0.1:1/sms/messages";
  tell([this](SmsSender& sender) -> awaitable<void> {
    sender.send("+62812", "hello");
    co_await taken_by(second, 1);
  });
  EXPECT_EQ(second.requests.size(), 1u);
}

TEST_F(HttpSms, WhenAllFailNobodyIsAskedForAWhileAndThenTheyRecover) {
  config.breaker = {.calls_min = 2, .open_for = 300ms, .probes = 1};
  first.status = 503;
  second.status = 503;
  tell([this](SmsSender& sender) -> awaitable<void> {
    EXPECT_TRUE(sender.reachable());
    sender.send("+62812", "hello");
    co_await until([&] { return !sender.reachable(); });
    const auto asked = first.requests.size();
    sender.send("+62812", "while it is open");

    first.status = 202;
    co_await until([&] { return sender.reachable(); });
    EXPECT_EQ(first.requests.size(), asked);
    sender.send("+62812", "again");
    co_await taken_by(first, asked + 1);
    co_await until([&] { return first.requests.back().body.contains("again"); });
  });
}

}  // namespace
}  // namespace services::users::accounts
