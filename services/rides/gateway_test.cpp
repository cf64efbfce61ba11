// Paying through the provider: whatever the provider, the network and our own crashes do, a ride is
// paid once, and what was collected is what the books say.

#include <gmock/gmock.h>

#include "platform/security/digest.hpp"
#include "services/rides/money_world_test.hpp"

namespace services::rides {
namespace {

using namespace std::chrono_literals;
namespace events = contracts::events;
namespace operations = contracts::operations;
using domain::money::OrderState;
using domain::money::RefundKind;
using domain::money::RefundTo;
using domain::ride::PaymentMethod;
using domain::ride::PaymentState;
using sim::sandbox::Behaviour;
using sim::sandbox::Kind;
using sim::sandbox::Status;
using testing::SizeIs;

constexpr std::int64_t fare = 12'000;

/// The provider tells, or nobody finds out.
RidesConfig never_asking() {
  RidesConfig config;
  config.payments.ask_after_ms = 600'000ms;
  return config;
}

RidesConfig asking() {
  RidesConfig config;
  config.payments.ask_after_ms = 20ms;
  return config;
}

Behaviour silent() {
  auto behaviour = quick();
  behaviour.sends_webhooks = false;
  return behaviour;
}

Behaviour declining() {
  auto behaviour = quick();
  behaviour.decline_percent = 100;
  return behaviour;
}

/// Paid by one charge, and the books know.
awaitable<void> expect_paid_once(MoneyWorld& world) {
  EXPECT_EQ(world.bank().settled(Kind::charge), fare);
  EXPECT_THAT(co_await world.rides().announced(events::ride_paid), SizeIs(1));
  EXPECT_THAT(co_await world.rides().announced(events::payment_settled), SizeIs(1));
  EXPECT_EQ(co_await world.rides().balance(), fare - 600);
  EXPECT_EQ((co_await world.rides().prove_books()).entries, 3);
}

TEST(Gateway, PaysWhenTheProviderTells) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        const auto asked = co_await world.pay(ride, PaymentMethod::gateway);
        EXPECT_EQ(code_of(asked), "ok");
        EXPECT_EQ(asked->state, PaymentState::pending);
        co_await world.is_paid(ride);
        co_await expect_paid_once(world);
        EXPECT_EQ(code_of(co_await world.pay(ride, PaymentMethod::gateway)), "already_paid");
      },
      quick(), never_asking());
}

TEST(Gateway, PaysWhenTheProviderIsAsked) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        co_await world.is_paid(ride);
        co_await expect_paid_once(world);
      },
      silent(), asking());
}

TEST(Gateway, TakesWebhooksThatComeTwiceAndOutOfOrder) {
  auto behaviour = quick();
  behaviour.duplicate_percent = 100;
  behaviour.webhooks_stray = 100ms;
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        co_await world.is_paid(ride);
        co_await expect_paid_once(world);
      },
      behaviour, asking());
}

TEST(Gateway, TriesAgainByTheSameMethodAfterARefusal) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        co_await world.has_failed(ride);
        EXPECT_THAT(co_await world.rides().announced(events::payment_failed), SizeIs(1));
        EXPECT_EQ((co_await world.rides().prove_books()).entries, 2);
        world.provider().behave(quick());
        EXPECT_EQ(code_of(co_await world.pay(ride, PaymentMethod::gateway)), "ok");
        co_await world.is_paid(ride);
        co_await expect_paid_once(world);
      },
      declining(), asking());
}

TEST(Gateway, FindsOutWhatBecameOfACallThatHung) {
  auto behaviour = silent();
  behaviour.hang_percent = 100;
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        co_await world.rides().until("two calls have hung", [&]() -> awaitable<bool> {
          co_return co_await world.rides().count("provider_orders WHERE calls >= 2") == 1;
        });
        EXPECT_EQ(code_of(co_await world.pay(ride, PaymentMethod::wallet)), "payment_in_progress");
        EXPECT_EQ(code_of(co_await world.by_driver(operations::confirm_cash, {ride})),
                  "payment_in_progress");
        world.provider().behave(silent());
        co_await world.is_paid(ride);
        co_await expect_paid_once(world);
      },
      behaviour, asking());
}

TEST(Gateway, OutlivesAProviderThatIsOutOfOrder) {
  auto behaviour = silent();
  behaviour.fail_percent = 70;
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        co_await world.is_paid(ride);
        co_await expect_paid_once(world);
      },
      behaviour, asking());
}

// What a crash leaves behind: an order that was taken up, of which nobody knows whether it was
// sent.

awaitable<void> leave_behind(MoneyWorld& world, domain::TopUpId id) {
  const auto key = domain::money::Purpose::top_up(id).key();
  const auto passenger = world.rides().passenger.text();
  co_await world.rides().run("INSERT INTO top_ups VALUES ('" + id.text() + "', '" + passenger +
                             "', 50000, 'IDR', 'pending', now())");
  co_await world.rides().run(
      "INSERT INTO provider_orders (key, kind, user_id, amount, currency, calls, next_call_at, "
      "created_at) VALUES ('" +
      key + "', 'charge', '" + passenger + "', 50000, 'IDR', 1, now(), now())");
}

awaitable<void> expect_charged_once(MoneyWorld& world) {
  co_await world.rides().until("the wallet is full", [&]() -> awaitable<bool> {
    co_return co_await world.wallet() == 50'000;
  });
  EXPECT_EQ(world.bank().settled(Kind::charge), 50'000);
  EXPECT_EQ((co_await world.rides().prove_books()).entries, 1);
}

TEST(Gateway, SendsAfterACrashBeforeTheCall) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await leave_behind(world, world.rides().new_id<domain::TopUpId>());
        co_await expect_charged_once(world);
      },
      silent(), asking());
}

TEST(Gateway, AsksAfterACrashBehindTheCall) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto id = world.rides().new_id<domain::TopUpId>();
        const auto key = domain::money::Purpose::top_up(id).key();
        world.bank().place(Kind::charge, key, {50'000}, "");
        world.bank().decide(key, Status::settled, "");
        co_await leave_behind(world, id);
        co_await expect_charged_once(world);
      },
      silent(), asking());
}

// Money that comes too late.

awaitable<void> expect_given_back(MoneyWorld& world, domain::RideId ride) {
  co_await world.rides().until("it went back", [&]() -> awaitable<bool> {
    co_return world.bank().settled(Kind::refund) ==
        fare&& co_await world.rides().count("refunds WHERE state = 'settled'") == 1;
  });
  const auto details = co_await world.details(ride);
  EXPECT_THAT(details.refunds, SizeIs(1));
  EXPECT_EQ(details.refunds.at(0).kind, RefundKind::stray);
  EXPECT_EQ(details.refunds.at(0).to, RefundTo::card);
  EXPECT_EQ(co_await world.wallet(), 0);
  co_await world.rides().prove_books();
}

TEST(Gateway, GivesBackWhatCameAfterTheRideWasPaidOtherwise) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        co_await world.has_failed(ride);
        EXPECT_EQ(code_of(co_await world.by_driver(operations::confirm_cash, {ride})), "ok");
        world.provider().behave(quick());
        const auto first = co_await world.key_of(ride, 1);
        world.provider().decide(first, Status::settled);
        world.provider().decide(first, Status::settled);
        co_await expect_given_back(world, ride);
        EXPECT_EQ(co_await world.rides().balance(), -600);
      },
      declining(), asking());
}

TEST(Gateway, GivesBackWhatCameForAnAttemptThatWasReplaced) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        co_await world.has_failed(ride);
        co_await world.pay(ride, PaymentMethod::cash);
        world.provider().behave(quick());
        world.provider().decide(co_await world.key_of(ride, 1), Status::settled);
        co_await expect_given_back(world, ride);
        EXPECT_EQ((co_await world.rides().view(ride)).payment->state, PaymentState::pending);
        EXPECT_EQ(code_of(co_await world.by_driver(operations::confirm_cash, {ride})), "ok");
        co_await world.rides().prove_books();
      },
      declining(), asking());
}

TEST(Gateway, CountsMoneyThatCameAfterARefusal) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        co_await world.has_failed(ride);
        world.provider().decide(co_await world.key_of(ride, 1), Status::settled);
        co_await world.is_paid(ride);
        co_await expect_paid_once(world);
      },
      declining(), asking());
}

// Webhooks.

/// As the provider would sign it at `at`.
contracts::SignedMessage signed_at(base::Instant at, const std::string& body,
                                   const std::string& secret = webhook_secret) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  const auto timestamp = std::to_string(seconds);
  return {.timestamp = timestamp,
          .signature = sim::sandbox::webhook_signature(secret, timestamp, body),
          .body = platform::security::base64url(body)};
}

std::string notice(const std::string& key, std::int64_t amount) {
  return R"({"key":")" + key + R"(","status":"settled","amount":{"amount":)" +
         std::to_string(amount) + R"(,"currency":"IDR"}})";
}

TEST(Webhook, IsRefusedUnlessTheProviderHasJustSignedIt) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        const auto body = notice(co_await world.key_of(ride, 1), fare);
        const auto now = platform::runtime::system_clock().now();
        auto other_body = signed_at(now, body);
        other_body.body = platform::security::base64url(body + " ");
        auto other_time = signed_at(now, body);
        other_time.timestamp += "0";
        auto unsigned_one = signed_at(now, body);
        unsigned_one.signature.clear();
        for (const auto& message :
             {signed_at(now, body, "another secret"), signed_at(now - 301s, body),
              signed_at(now + 302s, body), other_body, other_time, unsigned_one}) {
          EXPECT_EQ((co_await world.webhook(message)).status, 401);
        }
        EXPECT_EQ((co_await world.rides().view(ride)).payment->state, PaymentState::pending);
        EXPECT_EQ((co_await world.webhook(signed_at(now - 290s, body))).status, 204);
        EXPECT_EQ((co_await world.rides().view(ride)).payment->state, PaymentState::settled);
        EXPECT_EQ((co_await world.webhook(signed_at(now, body))).status, 204);
        EXPECT_EQ((co_await world.rides().prove_books()).entries, 3);
      },
      {.decides_after = 600'000ms}, never_asking());
}

TEST(Webhook, ThatMakesNoSenseChangesNothing) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        const auto key = co_await world.key_of(ride, 1);
        const auto unknown = domain::money::Purpose::payment({}, 1).key();
        const auto now = platform::runtime::system_clock().now();
        const auto status_of = [&](const std::string& body) -> awaitable<int> {
          co_return (co_await world.webhook(signed_at(now, body))).status;
        };
        EXPECT_EQ(co_await status_of("not JSON"), 422);
        EXPECT_EQ(co_await status_of("{}"), 422);
        EXPECT_EQ(co_await status_of(notice("no key", fare)), 422);
        EXPECT_EQ(co_await status_of(notice(key, fare - 1)), 422);
        EXPECT_EQ(co_await status_of(notice(unknown, fare)), 404);
        EXPECT_EQ((co_await world.rides().view(ride)).payment->state, PaymentState::pending);
      },
      {.decides_after = 600'000ms}, never_asking());
}

}  // namespace
}  // namespace services::rides
