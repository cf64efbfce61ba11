#include "services/rides/payment_provider.hpp"

#include <stdexcept>

#include "base/json/json.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"
#include "services/binding/remote.hpp"

namespace services::rides {
namespace {

namespace http = platform::http;
namespace money = domain::money;
namespace resilience = platform::resilience;
namespace telemetry = platform::telemetry;
using money::Verdict;

constexpr telemetry::CounterFamily provider_calls{
    "nebengjek_payment_provider_calls_total", "Calls to the payment provider", {"kind", "verdict"}};

struct ChargeRequest {
  std::string customer;
  base::Money amount;
  std::string description;
};
BOOST_DESCRIBE_STRUCT(ChargeRequest, (), (customer, amount, description))

struct RefundRequest {
  std::string charge;
  base::Money amount;
};
BOOST_DESCRIBE_STRUCT(RefundRequest, (), (charge, amount))

struct PayoutRequest {
  contracts::PayoutAccount account;
  base::Money amount;
};
BOOST_DESCRIBE_STRUCT(PayoutRequest, (), (account, amount))

struct OrderAnswer {
  std::string key;
  Verdict status = Verdict::unknown;
  base::Money amount;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(OrderAnswer, (), (key, status, amount, reason))

/// The provider did not carry out the call: a bad gateway, too many requests, a wrong key of ours.
struct NotServed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Body {
  std::string path;
  std::string text;
};

bool is_served(int status) { return status < 500 && status != 408 && status != 429; }

/// What the answer says of this order and no other.
ProviderAnswer answer_in(const http::Response& response, const money::Order& order) {
  const auto told = base::json::from_text<OrderAnswer>(response.body);
  if (!told) throw NotServed{"an answer that can't be read: " + told.error()};
  if (told->key != order.purpose.key() || told->amount != order.amount) {
    throw NotServed{"an answer about another order"};
  }
  return {.verdict = told->status, .reason = told->reason.value_or("")};
}

/// A refusal is the provider's decision about the order only where the order itself is at fault.
ProviderAnswer read(const http::Response& response, const money::Order& order, bool asked) {
  const auto status = response.status;
  if (status == 200 || status == 201 || status == 202) return answer_in(response, order);
  if (status == 404 && asked) return {.verdict = Verdict::unheard};
  if (status == 402 || status == 422) {
    return {.verdict = Verdict::failed, .reason = "refused with " + std::to_string(status)};
  }
  throw NotServed{"status " + std::to_string(status)};
}

class HttpProvider final : public PaymentProvider {
 public:
  HttpProvider(ProviderLinks links, const PaymentsConfig& config)
      : links_(links), config_(config) {}

  awaitable<ProviderAnswer> send(money::Order order) override {
    co_return co_await surely(order, [&]() -> awaitable<ProviderAnswer> {
      auto body = co_await body_of(order);
      http::Headers headers{{"Content-Type", "application/json"},
                            {"Idempotency-Key", order.purpose.key()}};
      const auto response = co_await exchange(http::Method::post, std::move(body.path),
                                              std::move(headers), std::move(body.text));
      co_return read(response, order, false);
    });
  }

  awaitable<ProviderAnswer> ask(money::Order order) override {
    co_return co_await surely(order, [&]() -> awaitable<ProviderAnswer> {
      const auto response =
          co_await exchange(http::Method::get, "/v1/orders/" + order.purpose.key(), {}, {});
      co_return read(response, order, true);
    });
  }

 private:
  awaitable<Body> body_of(const money::Order& order) {
    switch (order.kind) {
      case money::OrderKind::charge:
        co_return Body{"/v1/charges",
                       base::json::to_text(ChargeRequest{.customer = order.user_id.text(),
                                                         .amount = order.amount,
                                                         .description = order.purpose.key()})};
      case money::OrderKind::refund:
        co_return Body{"/v1/refunds", base::json::to_text(RefundRequest{.charge = order.charge_key,
                                                                        .amount = order.amount})};
      case money::OrderKind::payout:
        co_return Body{"/v1/payouts", base::json::to_text(PayoutRequest{
                                          .account = co_await links_.accounts.of(order.user_id),
                                          .amount = order.amount})};
    }
    NEBENGJEK_UNREACHABLE("an order of no kind");
  }

  /// The breaker sees the provider alone: what users fails to say is not the provider's fault.
  awaitable<http::Response> exchange(http::Method method, std::string path, http::Headers headers,
                                     std::string body) {
    headers.set("Authorization", "Bearer " + config_.provider_api_key);
    resilience::Dependency::Call call{links_.provider};
    co_return co_await call.run([&]() -> awaitable<http::Response> {
      auto response = co_await links_.client.send(method, config_.provider_url + path, headers,
                                                  body, config_.provider_timeout_ms);
      if (!is_served(response.status)) {
        throw NotServed{"status " + std::to_string(response.status)};
      }
      co_return response;
    });
  }

  /// Whatever goes wrong, nothing is known of the order.
  template <class Call>
  awaitable<ProviderAnswer> surely(const money::Order& order, Call call) {
    ProviderAnswer answer;
    try {
      answer = co_await call();
    } catch (const http::NoAnswer& error) {
      answer.reason = error.what();
    } catch (const NotServed& error) {
      answer.reason = error.what();
    } catch (const binding::RemoteUnavailable& error) {
      answer.reason = error.what();
    } catch (const resilience::CircuitOpen& error) {
      answer.reason = error.what();
    }
    if (answer.verdict == Verdict::unknown) {
      telemetry::warn("payments.provider_unknown",
                      {{"order", order.purpose.key()}, {"reason", answer.reason}});
    }
    provider_calls.with(base::json::name_of(order.kind), base::json::name_of(answer.verdict)).add();
    co_return answer;
  }

  ProviderLinks links_;
  const PaymentsConfig& config_;
};

}  // namespace

std::unique_ptr<PaymentProvider> make_payment_provider(ProviderLinks links,
                                                       const PaymentsConfig& config) {
  return std::make_unique<HttpProvider>(links, config);
}

}  // namespace services::rides
