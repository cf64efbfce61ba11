#include "sim/sandbox/sandbox.hpp"

#include <map>
#include <random>
#include <utility>
#include <vector>

#include "platform/http/client.hpp"
#include "platform/http/router.hpp"
#include "platform/http/server.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/security/digest.hpp"
#include "platform/telemetry/log.hpp"

namespace sim::sandbox {
namespace {

namespace http = platform::http;
using platform::awaitable;
using platform::runtime::sleep_for;

constexpr std::chrono::milliseconds webhook_limit{5'000};
constexpr std::chrono::milliseconds webhook_pause{500};
constexpr int webhook_tries = 5;
constexpr std::chrono::milliseconds stop_grace{100};

struct PlaceOrder {
  base::Money amount;
  std::optional<std::string> charge;
};
BOOST_DESCRIBE_STRUCT(PlaceOrder, (), (amount, charge))

struct Message {
  std::string to;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Message, (), (to, text))

struct Messages {
  std::vector<Message> messages;
};
BOOST_DESCRIBE_STRUCT(Messages, (), (messages))

http::Response json(int status, std::string body) {
  return {
      .status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

http::Response refusal(int status, const std::string& why) {
  return json(status, R"({"error":")" + why + R"("})");
}

class Playing final : public Sandbox {
 public:
  Playing(platform::runtime::Runtime& runtime, SandboxConfig config, Behaviour behaviour)
      : runtime_(runtime),
        config_(std::move(config)),
        behaviour_(behaviour),
        dice_(config_.seed),
        client_(http::make_client(runtime)) {
    for (std::size_t i = 0; i < std::size(routes); ++i) {
      router_.add(routes[i].method, routes[i].path, i);
    }
    server_ = http::make_server(
        runtime, {.address = config_.address, .port = config_.port},
        {.on_request = [this](http::Request request) { return answer(std::move(request)); },
         .on_upgrade = {},
         .on_socket = {},
         .on_error = {}});
  }

  int port() const override { return server_->port(); }
  void behave(Behaviour behaviour) override { behaviour_ = behaviour; }
  Bank& bank() override { return bank_; }

  void decide(const std::string& key, Status status) override {
    if (const auto order = bank_.decide(key, status, "by hand")) tell(*order);
  }

  awaitable<void> stop() override {
    co_await server_->stop(stop_grace);
    co_await client_->close();
  }

 private:
  using Parameters = http::Router::Parameters;
  struct Route {
    http::Method method;
    std::string_view path;
    http::Response (Playing::*answer)(const http::Request&, const Parameters&);
  };
  static const Route routes[7];

  bool happens(int percent) { return std::uniform_int_distribution{0, 99}(dice_) < percent; }

  awaitable<http::Response> answer(http::Request request) {
    const auto match = router_.find(request.method, request.path);
    if (!match) co_return refusal(404, "no such route");
    if (request.headers.find("Authorization") != "Bearer " + config_.api_key) {
      co_return refusal(401, "unknown key");
    }
    const bool fails = happens(behaviour_.fail_percent);
    const bool hangs = happens(behaviour_.hang_percent);
    const bool does = (!fails && !hangs) || happens(50);
    auto response = refusal(500, "out of order");
    if (does) {
      auto done = (this->*routes[match->index].answer)(request, match->parameters);
      if (!fails) response = std::move(done);
    }
    if (hangs) co_await sleep_for(behaviour_.hangs_for);
    co_return response;
  }

  http::Response place(Kind kind, const http::Request& request) {
    const auto key = request.headers.find("Idempotency-Key");
    const auto wish = base::json::from_text<PlaceOrder>(request.body);
    if (!key || key->empty() || !wish) return refusal(400, "not an order");
    if (wish->amount.amount <= 0) return refusal(422, "not an amount");
    const auto placed =
        bank_.place(kind, std::string{*key}, wish->amount, wish->charge.value_or(""));
    if (!placed) return refusal(422, "nothing to give back");
    if (placed->is_new) take_on(placed->order);
    return json(placed->is_new ? 201 : 200, base::json::to_text(placed->order));
  }

  http::Response charge(const http::Request& request, const Parameters&) {
    return place(Kind::charge, request);
  }
  http::Response refund(const http::Request& request, const Parameters&) {
    return place(Kind::refund, request);
  }
  http::Response payout(const http::Request& request, const Parameters&) {
    return place(Kind::payout, request);
  }

  http::Response order(const http::Request&, const Parameters& path) {
    const auto found = bank_.find(path.front().second);
    return found ? json(200, base::json::to_text(*found)) : refusal(404, "no such order");
  }

  http::Response settle_or_fail(const http::Request&, const Parameters& path) {
    const auto& [key, word] = std::pair{path[0].second, path[1].second};
    if (!bank_.find(key) || (word != "settle" && word != "fail")) {
      return refusal(404, "no such order");
    }
    decide(key, word == "settle" ? Status::settled : Status::failed);
    return json(200, base::json::to_text(*bank_.find(key)));
  }

  http::Response send_message(const http::Request& request, const Parameters&) {
    const auto message = base::json::from_text<Message>(request.body);
    if (!message) return refusal(400, "not a message");
    messages_[message->to].messages.push_back(*message);
    return json(202, "{}");
  }

  http::Response messages(const http::Request& request, const Parameters&) {
    const std::string to{request.query_value("to").value_or("")};
    return json(200, base::json::to_text(messages_[to]));
  }

  /// A new order is told of twice: that it is there, and what became of it.
  void take_on(const Order& order) {
    tell(order);
    const bool declined = is_unlucky(order.amount) || happens(behaviour_.decline_percent);
    const auto status = declined ? Status::failed : Status::settled;
    runtime_.tasks().spawn(
        "sandbox.decision",
        [this, key = order.key, status, wait = behaviour_.decides_after]() -> awaitable<void> {
          co_await sleep_for(wait);
          if (bank_.find(key)->status != Status::pending) co_return;
          tell(*bank_.decide(key, status, status == Status::failed ? "declined" : ""));
        });
  }

  void tell(const Order& order) {
    if (!behaviour_.sends_webhooks || config_.webhook_url.empty()) return;
    const int times = happens(behaviour_.duplicate_percent) ? 2 : 1;
    for (int i = 0; i < times; ++i) {
      std::uniform_int_distribution<std::int64_t> wait{0, behaviour_.webhooks_stray.count()};
      runtime_.tasks().spawn("sandbox.webhook", [this, body = base::json::to_text(order),
                                                 pause = std::chrono::milliseconds{wait(dice_)}] {
        return deliver(body, pause);
      });
    }
  }

  awaitable<void> deliver(std::string body, std::chrono::milliseconds pause) {
    for (int i = 0; i < webhook_tries; ++i) {
      co_await sleep_for(pause);
      if (co_await is_taken(body)) co_return;
      pause = webhook_pause * (1 << i);
    }
    platform::telemetry::warn("sandbox.webhook_given_up", {{"body", body}});
  }

  awaitable<bool> is_taken(std::string body) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(runtime_.now());
    const auto timestamp = std::to_string(seconds.time_since_epoch().count());
    http::Headers headers{
        {"Content-Type", "application/json"},
        {"Webhook-Timestamp", timestamp},
        {"Webhook-Signature", webhook_signature(config_.webhook_secret, timestamp, body)}};
    try {
      const auto response = co_await client_->send(http::Method::post, config_.webhook_url,
                                                   std::move(headers), body, webhook_limit);
      co_return response.status < 300;
    } catch (const http::NoAnswer&) {
      co_return false;
    }
  }

  platform::runtime::Runtime& runtime_;
  SandboxConfig config_;
  Behaviour behaviour_;
  std::mt19937_64 dice_;
  Bank bank_;
  std::map<std::string, Messages> messages_;
  std::unique_ptr<http::Client> client_;
  http::Router router_;
  std::unique_ptr<http::Server> server_;
};

// clang-format off
const Playing::Route Playing::routes[] = {
    {http::Method::post, "/v1/charges",                     &Playing::charge},
    {http::Method::post, "/v1/refunds",                     &Playing::refund},
    {http::Method::post, "/v1/payouts",                     &Playing::payout},
    {http::Method::get,  "/v1/orders/{key}",                &Playing::order},
    {http::Method::post, "/sandbox/orders/{key}/{verdict}", &Playing::settle_or_fail},
    {http::Method::post, "/sms/messages",                   &Playing::send_message},
    {http::Method::get,  "/sms/messages",                   &Playing::messages},
};
// clang-format on

}  // namespace

std::unique_ptr<Sandbox> make_sandbox(platform::runtime::Runtime& runtime, SandboxConfig config,
                                      Behaviour behaviour) {
  return std::make_unique<Playing>(runtime, std::move(config), behaviour);
}

std::string webhook_signature(const std::string& secret, const std::string& timestamp,
                              const std::string& body) {
  return "v1=" + platform::security::hmac_sha256_hex(secret, timestamp + '.' + body);
}

}  // namespace sim::sandbox
