#include "sim/sandbox/sandbox.hpp"

#include <gtest/gtest.h>

#include "platform/http/client.hpp"
#include "platform/http/loopback.hpp"

namespace sim::sandbox {
namespace {

using namespace std::chrono_literals;
namespace http = platform::http;
using platform::awaitable;

base::Money rupiah(std::int64_t amount) { return {amount}; }

TEST(Bank, KnowsAnOrderByItsKey) {
  Bank bank;
  EXPECT_TRUE(bank.place(Kind::charge, "a", rupiah(100), "")->is_new);
  EXPECT_FALSE(bank.place(Kind::charge, "a", rupiah(100), "")->is_new);
  bank.decide("a", Status::settled, "");
  EXPECT_EQ(bank.place(Kind::charge, "a", rupiah(100), "")->order.status, Status::settled);
  EXPECT_EQ(bank.settled(Kind::charge), 100);
  EXPECT_FALSE(bank.find("b"));
  EXPECT_FALSE(bank.decide("b", Status::settled, ""));
}

TEST(Bank, GivesBackNoMoreThanWasCharged) {
  Bank bank;
  bank.place(Kind::charge, "charge", rupiah(100), "");
  EXPECT_FALSE(bank.place(Kind::refund, "early", rupiah(1), "charge"));
  bank.decide("charge", Status::settled, "");
  EXPECT_TRUE(bank.place(Kind::refund, "part", rupiah(60), "charge"));
  EXPECT_FALSE(bank.place(Kind::refund, "too much", rupiah(41), "charge"));
  bank.decide("part", Status::failed, "declined");
  EXPECT_TRUE(bank.place(Kind::refund, "all", rupiah(100), "charge"));
  EXPECT_FALSE(bank.place(Kind::refund, "of nothing", rupiah(1), "other"));
}

/// A sandbox, and whoever it sends webhooks to.
class SandboxTest : public http::Loopback {
 protected:
  SandboxTest()
      : receiver_(
            serve({}, {.on_request = [this](http::Request request) -> awaitable<http::Response> {
                         webhooks.push_back(std::move(request));
                         co_return http::Response{.status = 204, .headers = {}, .body = {}};
                       },
                       .on_upgrade = {},
                       .on_socket = {},
                       .on_error = {}})),
        client_(http::make_client(runtime_)),
        sandbox(make_sandbox(
            runtime_,
            {.api_key = "key",
             .webhook_url = "http://127.0.0.1:" + std::to_string(receiver_.port()) + "/hook",
             .webhook_secret = "secret"},
            {.decides_after = 1ms})) {}

  void TearDown() override {
    run(close());
    Loopback::TearDown();
  }

  awaitable<http::Response> send(http::Method method, std::string path, std::string body = {},
                                 std::string idempotency_key = "order") {
    return client_->send(method, "http://127.0.0.1:" + std::to_string(sandbox->port()) + path,
                         {{"Authorization", "Bearer key"},
                          {"Content-Type", "application/json"},
                          {"Idempotency-Key", std::move(idempotency_key)}},
                         std::move(body), 5s);
  }

  std::vector<http::Request> webhooks;

 private:
  awaitable<void> close() {
    co_await sandbox->stop();
    co_await client_->close();
  }

  http::Server& receiver_;
  std::unique_ptr<http::Client> client_;

 protected:
  std::unique_ptr<Sandbox> sandbox;
};

constexpr const char* charge = R"({"amount":{"amount":12000,"currency":"IDR"}})";
constexpr const char* unlucky = R"({"amount":{"amount":12013,"currency":"IDR"}})";

TEST_F(SandboxTest, DecidesAndTellsWithASignature) {
  run([this]() -> awaitable<void> {
    const auto placed = co_await send(http::Method::post, "/v1/charges", charge);
    EXPECT_EQ(placed.status, 201);
    EXPECT_EQ(base::json::from_text<Order>(placed.body)->status, Status::pending);
    co_await until([&] { return webhooks.size() == 2; });
    const auto asked = co_await send(http::Method::get, "/v1/orders/order");
    EXPECT_EQ(base::json::from_text<Order>(asked.body)->status, Status::settled);
    const auto& told = webhooks.back();
    EXPECT_EQ(told.headers.find("Webhook-Signature"),
              webhook_signature("secret", std::string{*told.headers.find("Webhook-Timestamp")},
                                told.body));
    const auto again = co_await send(http::Method::post, "/v1/charges", charge);
    EXPECT_EQ(again.status, 200);
  }());
}

TEST_F(SandboxTest, DeclinesWhatEndsIn13) {
  run([this]() -> awaitable<void> {
    co_await send(http::Method::post, "/v1/payouts", unlucky);
    co_await until([&] { return sandbox->bank().find("order")->status != Status::pending; });
    EXPECT_EQ(sandbox->bank().find("order")->status, Status::failed);
  }());
}

TEST_F(SandboxTest, IsDecidedByHandToo) {
  run([this]() -> awaitable<void> {
    sandbox->behave({.decides_after = 1h});
    co_await send(http::Method::post, "/v1/charges", charge);
    const auto failed = co_await send(http::Method::post, "/sandbox/orders/order/fail");
    EXPECT_EQ(base::json::from_text<Order>(failed.body)->status, Status::failed);
    const auto settled = co_await send(http::Method::post, "/sandbox/orders/order/settle");
    EXPECT_EQ(base::json::from_text<Order>(settled.body)->status, Status::settled);
  }());
}

TEST_F(SandboxTest, RefusesWhatIsNoOrder) {
  run([this]() -> awaitable<void> {
    EXPECT_EQ((co_await send(http::Method::post, "/v1/charges", "{}")).status, 400);
    EXPECT_EQ((co_await send(http::Method::post, "/v1/charges", charge, "")).status, 400);
    EXPECT_EQ((co_await send(http::Method::post, "/v1/refunds", charge)).status, 422);
    EXPECT_EQ((co_await send(http::Method::get, "/v1/orders/none")).status, 404);
    EXPECT_EQ((co_await send(http::Method::get, "/v1/nothing")).status, 404);
    sandbox->behave({.fail_percent = 100});
    EXPECT_EQ((co_await send(http::Method::get, "/v1/orders/none")).status, 500);
  }());
}

TEST_F(SandboxTest, KeepsMessages) {
  run([this]() -> awaitable<void> {
    const auto sent = co_await send(http::Method::post, "/sms/messages",
                                    R"({"to":"+628123","text":"Your code is 123456"})");
    EXPECT_EQ(sent.status, 202);
    const auto read = co_await send(http::Method::get, "/sms/messages?to=%2B628123");
    EXPECT_NE(read.body.find("123456"), std::string::npos);
  }());
}

}  // namespace
}  // namespace sim::sandbox
