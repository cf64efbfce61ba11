#include "services/rides/money_world_test.hpp"

#include <exception>
#include <utility>

#include <gtest/gtest.h>

#include "platform/security/digest.hpp"
#include "services/binding/wire.hpp"
#include "tests/support/stack_fixture.hpp"

namespace services::rides {
namespace {

using namespace std::chrono_literals;
namespace http = platform::http;
namespace operations = contracts::operations;
namespace sandbox = sim::sandbox;
using domain::ride::PaymentState;

constexpr const char* api_key = "test key";

std::string header_of(const http::Request& request, std::string_view name) {
  return std::string{request.headers.find(name).value_or("")};
}

}  // namespace

sandbox::Behaviour quick() { return {.decides_after = 10ms}; }

MoneyWorld::MoneyWorld(platform::runtime::Runtime& runtime, sandbox::Behaviour behaviour,
                       RidesConfig config)
    : edge_(http::make_server(
          runtime, {},
          {.on_request = [this](http::Request request) { return hand_on(std::move(request)); },
           .on_upgrade = {},
           .on_socket = {},
           .on_error = {}})),
      sandbox_(sandbox::make_sandbox(
          runtime,
          {.api_key = api_key,
           .webhook_url =
               "http://127.0.0.1:" + std::to_string(edge_->port()) + "/v1/webhooks/payments",
           .webhook_secret = webhook_secret},
          behaviour)),
      world_(runtime, with_provider(std::move(config))),
      users_(world_.bus().subscribe(
          std::string{operations::get_payout_account.subject}, "users",
          [this](const platform::bus::Message& message) {
            world_.bus().publish(
                message.reply_to,
                base::json::to_text(contracts::PayoutAccount{"BCA", "1234567890", "Budi"}),
                binding::headers_of(binding::Answer{.status = 200, .body = {}}));
          })) {}

RidesConfig MoneyWorld::with_provider(RidesConfig config) const {
  auto& payments = config.payments;
  payments.provider_url = "http://127.0.0.1:" + std::to_string(sandbox_->port());
  payments.provider_api_key = api_key;
  payments.webhook_secret = webhook_secret;
  payments.provider_timeout_ms = 300ms;
  payments.ask_again_max_ms = std::max(payments.ask_after_ms, 100ms);
  payments.look_interval_ms = 20ms;
  payments.payout_check_ms = 20ms;
  return config;
}

awaitable<void> MoneyWorld::stop() {
  users_.reset();
  co_await sandbox_->stop();
  co_await edge_->stop(100ms);
  co_await world_.stop();
}

awaitable<Told<contracts::PaymentView>> MoneyWorld::pay(domain::RideId ride,
                                                        domain::ride::PaymentMethod method) {
  return by_passenger(operations::pay_ride, {.ride_id = ride, .method = method});
}

awaitable<void> MoneyWorld::top_up(std::int64_t amount) {
  const auto asked = co_await by_passenger(operations::top_up_wallet, {.amount = {amount}});
  if (!asked) throw std::runtime_error{"refused: " + asked.error()};
  const contracts::TopUpRef question{asked->top_up_id};
  co_await world_.until("the top-up settles", [&]() -> awaitable<bool> {
    const auto told = co_await by_passenger(operations::get_top_up, question);
    co_return told->state == domain::money::OrderState::settled;
  });
}

awaitable<std::int64_t> MoneyWorld::wallet() {
  co_return (co_await by_passenger(operations::get_wallet, contracts::NoArguments{}))
      ->balance.amount;
}

awaitable<void> MoneyWorld::is_paid(domain::RideId ride) {
  co_await world_.until("the ride is paid", [&]() -> awaitable<bool> {
    co_return (co_await world_.view(ride)).state == domain::ride::RideState::paid;
  });
}

awaitable<void> MoneyWorld::has_failed(domain::RideId ride) {
  co_await world_.until("the payment fails", [&]() -> awaitable<bool> {
    co_return (co_await world_.view(ride)).payment->state == PaymentState::failed;
  });
}

awaitable<contracts::PaymentDetails> MoneyWorld::details(domain::RideId ride) {
  const auto payment = (co_await world_.view(ride)).payment->payment_id;
  co_return (co_await by_staff(operations::get_payment, contracts::PaymentRef{payment})).value();
}

awaitable<std::string> MoneyWorld::key_of(domain::RideId ride, int attempt) {
  const auto payment = (co_await world_.view(ride)).payment->payment_id;
  co_return domain::money::Purpose::payment(payment, attempt).key();
}

awaitable<binding::Answer> MoneyWorld::webhook(contracts::SignedMessage message) {
  return send(operations::receive_payment_webhook, {}, base::json::to_text(message), {});
}

awaitable<binding::Answer> MoneyWorld::send(const contracts::OperationRow& row,
                                            binding::Caller caller, std::string body,
                                            std::string key) {
  return binding::forward(
      world_.bus(), row,
      {.caller = std::move(caller), .body = std::move(body), .idempotency_key = std::move(key)},
      5s);
}

awaitable<http::Response> MoneyWorld::hand_on(http::Request request) {
  const auto answer = co_await webhook({.timestamp = header_of(request, "Webhook-Timestamp"),
                                        .signature = header_of(request, "Webhook-Signature"),
                                        .body = platform::security::base64url(request.body)});
  co_return http::Response{.status = answer.status, .headers = {}, .body = {}};
}

void tell(const MoneyStory& story, sandbox::Behaviour behaviour, const RidesConfig& config) {
  tests::support::run(
      [&](platform::runtime::Runtime& runtime) -> awaitable<void> {
        co_await forget_earlier_tests(runtime);
        MoneyWorld world{runtime, behaviour, config};
        std::exception_ptr failure;
        try {
          co_await story(world);
        } catch (...) {
          failure = std::current_exception();
        }
        co_await world.stop();
        if (failure) std::rethrow_exception(failure);
      },
      60s);
}

}  // namespace services::rides
