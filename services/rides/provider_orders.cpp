#include "base/json/json.hpp"
#include "platform/telemetry/log.hpp"
#include "services/rides/money_views.hpp"
#include "services/rides/payment_use_cases.hpp"
#include "services/rides/webhook.hpp"

namespace services::rides {

namespace money = domain::money;
using domain::rejected;
using domain::Rejection;
using money::Effect;
using money::OrderState;
using money::PurposeKind;

namespace {

bool changes_something(Effect effect) {
  return effect == Effect::settles || effect == Effect::fails;
}

OrderState state_after(Effect effect) {
  return effect == Effect::settles ? OrderState::settled : OrderState::failed;
}

}  // namespace

awaitable<Outcome<contracts::Nothing>> PaymentUseCases::receive_webhook(
    Caller, contracts::SignedMessage message) {
  const auto& payments = config_.payments;
  const auto body = proven_body(
      message, {.secret = payments.webhook_secret, .window = payments.webhook_window_ms},
      work_.now());
  if (!body) co_return rejected(Rejection::webhook_refused);
  const auto notice = base::json::from_text<contracts::ProviderNotice>(*body);
  const auto purpose = notice ? money::Purpose::parse(notice->key) : std::nullopt;
  if (!purpose) co_return rejected(Rejection::invalid_value);
  const auto order = co_await ports_.money.find_order(notice->key);
  if (!order) co_return rejected(Rejection::not_found);
  if (order->amount != notice->amount) co_return rejected(Rejection::invalid_value);
  co_await conclude(*purpose, {.verdict = notice->status, .reason = "by webhook"});
  co_return contracts::Nothing{};
}

awaitable<void> PaymentUseCases::conclude(money::Purpose purpose, ProviderAnswer answer) {
  switch (purpose.kind) {
    case PurposeKind::payment: return conclude_payment(purpose, std::move(answer));
    case PurposeKind::top_up: return conclude_top_up(purpose, std::move(answer));
    case PurposeKind::refund: return conclude_refund(purpose, std::move(answer));
    case PurposeKind::payout: return conclude_payout(purpose, std::move(answer));
  }
  NEBENGJEK_UNREACHABLE("an order about nothing");
}

awaitable<Effect> PaymentUseCases::decide(money::Purpose purpose, ProviderAnswer answer) {
  auto order = co_await ports_.money.lock_order(purpose.key());
  if (!order) co_return Effect::none;
  const auto effect = money::effect_of(*order, answer.verdict);
  if (effect == Effect::contradicts) {
    platform::telemetry::error("payments.provider_contradicts_itself",
                               {{"order", purpose.key()}, {"reason", answer.reason}});
  }
  if (changes_something(effect)) {
    order->state = state_after(effect);
    co_await ports_.money.decide(*order, std::move(answer.reason));
  }
  co_return effect;
}

awaitable<void> PaymentUseCases::conclude_payment(money::Purpose purpose, ProviderAnswer answer) {
  const auto ride = co_await ports_.money.ride_of(domain::PaymentId{purpose.id});
  auto record = co_await ports_.rides.lock(ride);
  if (!record) co_return;
  const auto effect = co_await decide(purpose, std::move(answer));
  if (!changes_something(effect)) co_return;
  co_await rides_.conclude_payment(*std::move(record), purpose.attempt, effect);
}

awaitable<void> PaymentUseCases::conclude_refund(money::Purpose purpose, ProviderAnswer answer) {
  const auto refund = co_await ports_.money.find(domain::RefundId{purpose.id});
  if (!refund) co_return;
  const auto record = co_await ports_.rides.lock(refund->ride_id);
  const auto effect = co_await decide(purpose, std::move(answer));
  if (record && changes_something(effect)) {
    co_await rides_.conclude_refund(*record, *refund, effect);
  }
}

awaitable<void> PaymentUseCases::conclude_top_up(money::Purpose purpose, ProviderAnswer answer) {
  const auto effect = co_await decide(purpose, std::move(answer));
  if (!changes_something(effect)) co_return;
  auto top_up = co_await ports_.money.find(domain::TopUpId{purpose.id});
  top_up = money::concluded(*top_up, state_after(effect), work_.now());
  co_await ports_.money.save(*top_up);
  co_await ports_.ledger.post(top_up->passenger_id.uuid, money::transfers_of(*top_up));
  co_await rides_.tell_wallet(top_up->passenger_id, view_of(*top_up));
}

awaitable<void> PaymentUseCases::conclude_payout(money::Purpose purpose, ProviderAnswer answer) {
  const auto effect = co_await decide(purpose, std::move(answer));
  if (!changes_something(effect)) co_return;
  auto payout = co_await ports_.money.find(domain::PayoutId{purpose.id});
  payout = money::concluded(*payout, state_after(effect), work_.now());
  co_await ports_.money.lock(domain::ledger::Account::driver(payout->driver_id));
  co_await ports_.money.save(*payout);
  if (effect == Effect::fails) {
    co_await ports_.ledger.post(payout->driver_id.uuid, money::transfers_of_return(*payout));
  }
  co_await tell(*payout);
}

}  // namespace services::rides
