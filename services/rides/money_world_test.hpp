#pragma once

/// The world with a payment provider, which the sandbox plays, with users as far as rides asks for
/// payout accounts, and with an edge as far as it hands on webhooks.

#include <string>
#include <vector>

#include "platform/http/server.hpp"
#include "services/rides/world_test.hpp"
#include "sim/sandbox/sandbox.hpp"

namespace services::rides {

class MoneyWorld {
 public:
  explicit MoneyWorld(platform::runtime::Runtime& runtime, sim::sandbox::Behaviour behaviour,
                      RidesConfig config);

  awaitable<void> stop();

  World& rides() { return world_; }
  sim::sandbox::Sandbox& provider() { return *sandbox_; }
  sim::sandbox::Bank& bank() { return sandbox_->bank(); }

  template <class Request, class Answer>
  awaitable<Told<Answer>> by_passenger(const contracts::Operation<Request, Answer>& operation,
                                       Request request) {
    return world_.call(operation, world_.passenger, request);
  }
  template <class Request, class Answer>
  awaitable<Told<Answer>> by_driver(const contracts::Operation<Request, Answer>& operation,
                                    Request request) {
    return world_.call(operation, world_.driver, request);
  }
  template <class Request, class Answer>
  awaitable<Told<Answer>> by_staff(const contracts::Operation<Request, Answer>& operation,
                                   Request request, std::string key = {}) {
    const auto answer =
        co_await send(operation, {.staff = "office"}, base::json::to_text(request), std::move(key));
    if (!answer.ok()) {
      co_return std::unexpected{base::json::from_text<contracts::Problem>(answer.body)->code};
    }
    co_return base::json::from_text<Answer>(answer.body).value();
  }

  awaitable<Told<contracts::PaymentView>> pay(domain::RideId ride,
                                              domain::ride::PaymentMethod method);
  /// Asks for it and waits until it is settled.
  awaitable<void> top_up(std::int64_t amount);
  awaitable<std::int64_t> wallet();
  awaitable<void> is_paid(domain::RideId ride);
  /// Waits until the payment has failed.
  awaitable<void> has_failed(domain::RideId ride);
  awaitable<contracts::PaymentDetails> details(domain::RideId ride);
  /// The key by which the provider knows an attempt.
  awaitable<std::string> key_of(domain::RideId ride, int attempt);
  awaitable<binding::Answer> webhook(contracts::SignedMessage message);

 private:
  awaitable<binding::Answer> send(const contracts::OperationRow& row, binding::Caller caller,
                                  std::string body, std::string key);
  awaitable<platform::http::Response> hand_on(platform::http::Request request);
  RidesConfig with_provider(RidesConfig config) const;

  std::unique_ptr<platform::http::Server> edge_;
  std::unique_ptr<sim::sandbox::Sandbox> sandbox_;
  World world_;
  std::unique_ptr<platform::bus::Subscription> users_;
};

inline constexpr const char* webhook_secret = "known to both of these alone";

/// Decides in a moment.
sim::sandbox::Behaviour quick();

using MoneyStory = std::function<awaitable<void>(MoneyWorld&)>;
void tell(const MoneyStory& story, sim::sandbox::Behaviour behaviour,
          const RidesConfig& config = {});

}  // namespace services::rides
