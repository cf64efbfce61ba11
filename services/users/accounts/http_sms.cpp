#include "services/users/accounts/http_sms.hpp"

#include <algorithm>
#include <list>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/json/object.hpp>

#include "base/json/json.hpp"
#include "platform/http/client.hpp"
#include "platform/resilience/dependency.hpp"
#include "platform/resilience/retry.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"

namespace services::users::accounts {
namespace {

namespace http = platform::http;
namespace resilience = platform::resilience;
namespace telemetry = platform::telemetry;

constexpr telemetry::CounterFamily texts{
    "nebengjek_sms_total", "Texts handed to a provider", {"provider", "outcome"}};

constexpr resilience::RetryConfig one_retry{.retries_max = 1, .wait = {}};

/// The provider answered that it did not take the text.
struct NotTaken : std::runtime_error {
  explicit NotTaken(int answered)
      : std::runtime_error("status " + std::to_string(answered)), status(answered) {}
  int status;
};

/// Whether a second try may go better: not after a refusal such as 401.
bool failed_in_passing() {
  try {
    throw;
  } catch (const NotTaken& answer) {
    return answer.status >= 500 || answer.status == 429;
  } catch (const http::NoAnswer&) {
    return true;
  } catch (...) {
    return false;
  }
}

/// One provider, and how it has been doing.
class Provider {
 public:
  Provider(const platform::runtime::Clock& clock, const std::string& name, SmsProvider config,
           resilience::BreakerConfig breaker)
      : config_(std::move(config)), dependency_(clock, name, breaker) {}

  const std::string& name() const { return dependency_.name(); }

  bool reachable() const { return dependency_.admits(); }

  /// Throws what the last try threw.
  awaitable<void> send(platform::runtime::Runtime& runtime, http::Client& client,
                       const std::string& msisdn, const std::string& text,
                       std::chrono::milliseconds limit) {
    const auto body = body_of(msisdn, text);
    const auto once = [&]() -> awaitable<void> {
      resilience::Dependency::Call call{dependency_};
      co_await call.run([&] { return post(client, body, limit); });
    };
    co_await resilience::retried(one_retry, budget_, runtime.entropy(), once, &failed_in_passing);
  }

 private:
  std::string body_of(const std::string& msisdn, const std::string& text) const {
    boost::json::object body{{config_.to_field, msisdn}, {config_.text_field, text}};
    if (!config_.sender.empty()) body[config_.sender_field] = config_.sender;
    return base::json::serialized(body);
  }

  awaitable<void> post(http::Client& client, std::string body, std::chrono::milliseconds limit) {
    http::Headers headers{{"Content-Type", "application/json"}};
    if (!config_.token.empty()) headers.set("Authorization", "Bearer " + config_.token);
    const auto answer = co_await client.send(http::Method::post, config_.url, std::move(headers),
                                             std::move(body), limit);
    const bool taken = answer.status >= 200 && answer.status < 300;
    if (!taken) throw NotTaken{answer.status};
  }

  SmsProvider config_;
  resilience::Dependency dependency_;
  resilience::RetryBudget budget_;
};

class HttpSmsSender final : public SmsSender {
 public:
  HttpSmsSender(platform::runtime::Runtime& runtime, const SmsConfig& config)
      : runtime_(runtime), timeout_(config.timeout), client_(http::make_client(runtime)) {
    providers_.emplace_back(runtime.clock(), "sms_primary", config.primary, config.breaker);
    if (!config.fallback.url.empty()) {
      providers_.emplace_back(runtime.clock(), "sms_fallback", config.fallback, config.breaker);
    }
  }

  bool reachable() const override {
    return std::ranges::any_of(providers_, [](const Provider& each) { return each.reachable(); });
  }

  void send(std::string msisdn, std::string text) override {
    runtime_.tasks().spawn("sms.send", [this, msisdn = std::move(msisdn), text = std::move(text)] {
      return deliver(msisdn, text);
    });
  }

  awaitable<void> close() override { co_await client_->close(); }

 private:
  awaitable<void> deliver(std::string msisdn, std::string text) {
    for (auto& provider : providers_) {
      std::string failure;
      try {
        co_await provider.send(runtime_, *client_, msisdn, text, timeout_);
        texts.with(provider.name(), "taken").add();
        co_return;
      } catch (const NotTaken& error) {
        failure = error.what();
      } catch (const http::NoAnswer& error) {
        failure = error.what();
      } catch (const resilience::CircuitOpen& error) {
        failure = error.what();
      }
      texts.with(provider.name(), "failed").add();
      telemetry::warn("sms.not_taken", {{"provider", provider.name()}, {"reason", failure}});
    }
    telemetry::error("sms.undelivered");
  }

  platform::runtime::Runtime& runtime_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<http::Client> client_;
  std::list<Provider> providers_;
};

}  // namespace

std::unique_ptr<SmsSender> make_http_sms_sender(platform::runtime::Runtime& runtime,
                                                SmsConfig config) {
  return std::make_unique<HttpSmsSender>(runtime, config);
}

}  // namespace services::users::accounts
