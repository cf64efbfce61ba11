// Wallets and refunds: what there is can be spent once, and what was paid comes back once.

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gmock/gmock.h>

#include "services/rides/money_world_test.hpp"

namespace services::rides {
namespace {

using namespace boost::asio::experimental::awaitable_operators;
namespace events = contracts::events;
namespace operations = contracts::operations;
using domain::ledger::TransferKind;
using domain::money::CostBearer;
using domain::money::OrderState;
using domain::money::RefundTo;
using domain::ride::PaymentMethod;
using domain::ride::PaymentState;
using sim::sandbox::Kind;
using testing::ElementsAre;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr std::int64_t fare = 12'000;

MATCHER_P2(IsEntry, kind, amount, "") { return arg.kind == kind && arg.amount.amount == amount; }

TEST(Wallet, IsFilledAndPaysAtOnce) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await world.top_up(50'000);
        EXPECT_EQ(co_await world.wallet(), 50'000);
        const auto ride = co_await world.rides().final(4'000);
        EXPECT_EQ(co_await world.wallet(), 50'000);
        const auto paid = co_await world.pay(ride, PaymentMethod::wallet);
        EXPECT_EQ(code_of(paid), "ok");
        EXPECT_EQ(paid->state, PaymentState::settled);
        const auto wallet =
            co_await world.by_passenger(operations::get_wallet, contracts::NoArguments{});
        EXPECT_EQ(wallet->balance.amount, 38'000);
        EXPECT_EQ(wallet->unpaid.amount, 0);
        EXPECT_THAT(wallet->entries, ElementsAre(IsEntry(TransferKind::fare, -fare),
                                                 IsEntry(TransferKind::top_up, 50'000)));
        EXPECT_EQ(co_await world.rides().balance(), fare - 600);
        EXPECT_EQ(co_await world.rides().count("outbox WHERE type = 'wallet.changed'"), 2);
        EXPECT_EQ((co_await world.rides().prove_books()).entries, 3);
      },
      quick());
}

TEST(Wallet, PaysNothingThatItDoesNotHold) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await world.top_up(fare - 1);
        const auto ride = co_await world.rides().final(4'000);
        EXPECT_EQ(code_of(co_await world.pay(ride, PaymentMethod::wallet)), "insufficient_funds");
        EXPECT_EQ(co_await world.rides().count("payments"), 0);
        co_await world.top_up(10'000);
        EXPECT_EQ(code_of(co_await world.pay(ride, PaymentMethod::wallet)), "ok");
        EXPECT_EQ(co_await world.wallet(), 9'999);
        co_await world.rides().prove_books();
      },
      quick());
}

TEST(Wallet, PaysOneOfTwoRidesThatItCanNotBothPay) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await world.top_up(fare + 5'000);
        const auto one = co_await world.rides().final(4'000);
        const auto other = co_await world.rides().final(4'000);
        const auto [first, second] = co_await (world.pay(one, PaymentMethod::wallet) &&
                                               world.pay(other, PaymentMethod::wallet));
        EXPECT_THAT((std::array{code_of(first), code_of(second)}),
                    UnorderedElementsAre("ok", "insufficient_funds"));
        EXPECT_EQ(co_await world.wallet(), 5'000);
        co_await world.rides().prove_books();
      },
      quick());
}

TEST(Wallet, AndCardAtOnceArePaidByOne) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        co_await world.top_up(50'000);
        const auto ride = co_await world.rides().final(4'000);
        const auto [by_wallet, by_card] = co_await (world.pay(ride, PaymentMethod::wallet) &&
                                                    world.pay(ride, PaymentMethod::gateway));
        EXPECT_NE(by_wallet.has_value(), by_card.has_value());
        co_await world.is_paid(ride);
        EXPECT_EQ(world.bank().settled(Kind::charge), by_card ? 50'000 + fare : 50'000);
        EXPECT_EQ(co_await world.wallet(), by_card ? 50'000 : 50'000 - fare);
        co_await world.rides().prove_books();
      },
      quick());
}

TEST(TopUp, ThatIsDeclinedAddsNothing) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto asked =
            co_await world.by_passenger(operations::top_up_wallet, {.amount = {20'013}});
        EXPECT_EQ(code_of(asked), "ok");
        co_await world.rides().until("it fails", [&]() -> awaitable<bool> {
          const auto told = co_await world.by_passenger(operations::get_top_up,
                                                        contracts::TopUpRef{asked->top_up_id});
          co_return told->state == OrderState::failed;
        });
        EXPECT_EQ(co_await world.wallet(), 0);
        EXPECT_EQ(code_of(co_await world.by_driver(operations::get_top_up,
                                                   contracts::TopUpRef{asked->top_up_id})),
                  "not_found");
        EXPECT_EQ((co_await world.rides().prove_books()).entries, 0);
      },
      quick());
}

TEST(TopUp, HasItsLimitsAndNeedsAProvider) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        for (const std::int64_t amount : {0, 9'999, 10'000'001, -20'000}) {
          EXPECT_EQ(
              code_of(co_await world.by_passenger(operations::top_up_wallet, {.amount = {amount}})),
              "invalid_value");
        }
      },
      quick());
  tell([](World& world) -> awaitable<void> {
    EXPECT_EQ(code_of(co_await world.call(operations::top_up_wallet, world.passenger,
                                          {.amount = {20'000}})),
              "payment_method_unavailable");
  });
}

// Refunds.

awaitable<domain::PaymentId> paid_by_cash(MoneyWorld& world) {
  const auto ride = co_await world.rides().final(4'000);
  const auto told = co_await world.by_driver(operations::confirm_cash, {ride});
  co_return told.value().payment_id;
}

contracts::RefundPayment so_much_of(domain::PaymentId payment, std::int64_t amount) {
  return {.payment_id = payment,
          .amount = base::Money{amount},
          .reason = "it rained in",
          .borne_by = {}};
}

TEST(Refund, GoesToTheWalletInPartsAndNeverBeyondWhatWasPaid) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto payment = co_await paid_by_cash(world);
        const auto part =
            co_await world.by_staff(operations::refund_payment, so_much_of(payment, 2'000));
        EXPECT_EQ(code_of(part), "ok");
        EXPECT_EQ(part->to, RefundTo::wallet);
        EXPECT_EQ(part->state, OrderState::settled);
        EXPECT_EQ(co_await world.wallet(), 2'000);
        EXPECT_EQ(code_of(co_await world.by_staff(operations::refund_payment,
                                                  so_much_of(payment, 10'001))),
                  "refund_exceeds_payment");
        contracts::RefundPayment rest{
            .payment_id = payment, .amount = {}, .reason = "and late", .borne_by = {}};
        rest.borne_by = CostBearer::driver;
        EXPECT_EQ((co_await world.by_staff(operations::refund_payment, rest))->amount.amount,
                  10'000);
        EXPECT_EQ(co_await world.wallet(), fare);
        EXPECT_EQ(co_await world.rides().balance(), -600 - 10'000);
        EXPECT_EQ(code_of(co_await world.by_staff(operations::refund_payment, rest)),
                  "refund_exceeds_payment");
        EXPECT_EQ(co_await world.rides().count("outbox WHERE type = 'payment.refunded'"), 2);
        co_await world.rides().prove_books();
      },
      quick());
}

TEST(Refund, AskedForTwiceAtOnceIsGivenOnce) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto payment = co_await paid_by_cash(world);
        const auto most = so_much_of(payment, 8'000);
        const auto [one, other] = co_await (world.by_staff(operations::refund_payment, most) &&
                                            world.by_staff(operations::refund_payment, most));
        EXPECT_THAT((std::array{code_of(one), code_of(other)}),
                    UnorderedElementsAre("ok", "refund_exceeds_payment"));
        EXPECT_EQ(co_await world.wallet(), 8'000);
        co_await world.rides().prove_books();
      },
      quick());
}

TEST(Refund, IsFoundAgainByItsKey) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto part = so_much_of(co_await paid_by_cash(world), 2'000);
        const auto first = co_await world.by_staff(operations::refund_payment, part, "key");
        const auto again = co_await world.by_staff(operations::refund_payment, part, "key");
        EXPECT_EQ(again->refund_id, first->refund_id);
        EXPECT_EQ(co_await world.wallet(), 2'000);
      },
      quick());
}

TEST(Refund, GoesBackToTheCardThatPaid) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        co_await world.is_paid(ride);
        const auto payment = (co_await world.details(ride)).payment.payment_id;
        const auto asked =
            co_await world.by_staff(operations::refund_payment, so_much_of(payment, 5'000));
        EXPECT_EQ(asked->to, RefundTo::card);
        EXPECT_EQ(asked->state, OrderState::pending);
        co_await world.rides().until("it settles", [&]() -> awaitable<bool> {
          co_return (co_await world.details(ride)).refunds.at(0).state == OrderState::settled;
        });
        EXPECT_EQ(world.bank().settled(Kind::refund), 5'000);
        EXPECT_EQ(co_await world.wallet(), 0);
        co_await world.rides().prove_books();
      },
      quick());
}

TEST(Refund, EndsInTheWalletWhenTheCardDoesNotTakeIt) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        co_await world.pay(ride, PaymentMethod::gateway);
        co_await world.is_paid(ride);
        const auto payment = (co_await world.details(ride)).payment.payment_id;
        co_await world.by_staff(operations::refund_payment, so_much_of(payment, 5'013));
        co_await world.rides().until("it is in the wallet", [&]() -> awaitable<bool> {
          co_return co_await world.wallet() == 5'013;
        });
        const auto refund = (co_await world.details(ride)).refunds.at(0);
        EXPECT_EQ(refund.to, RefundTo::wallet_instead);
        EXPECT_EQ(refund.state, OrderState::settled);
        EXPECT_EQ(world.bank().settled(Kind::refund), 0);
        co_await world.rides().prove_books();
      },
      quick());
}

TEST(Refund, NeedsAPaymentThatHasSettled) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        const auto pending = co_await world.pay(ride, PaymentMethod::cash);
        EXPECT_EQ(code_of(co_await world.by_staff(operations::refund_payment,
                                                  so_much_of(pending->payment_id, 1))),
                  "illegal_transition");
        const auto nothing = world.rides().new_id<domain::PaymentId>();
        EXPECT_EQ(
            code_of(co_await world.by_staff(operations::refund_payment, so_much_of(nothing, 1))),
            "not_found");
      },
      quick());
}

// Looking at the books.

TEST(LedgerEntries, AreFoundByRideAndByAccountPageByPage) {
  tell(
      [](MoneyWorld& world) -> awaitable<void> {
        const auto ride = co_await world.rides().final(4'000);
        const auto told = co_await world.by_driver(operations::confirm_cash, {ride});
        co_await world.by_staff(operations::refund_payment,
                                so_much_of(told.value().payment_id, 2'000));
        co_await world.top_up(20'000);
        const auto of_ride =
            co_await world.by_staff(operations::find_ledger_entries, {.ride_id = ride});
        EXPECT_THAT(of_ride->entries,
                    UnorderedElementsAre(IsEntry(TransferKind::refund, 2'000),
                                         IsEntry(TransferKind::cash_payment, fare),
                                         IsEntry(TransferKind::platform_fee, 600),
                                         IsEntry(TransferKind::fare, fare)));
        const auto account = "passenger:" + world.rides().passenger.text();
        const auto page = co_await world.by_staff(operations::find_ledger_entries,
                                                  {.account = account, .limit = 3});
        EXPECT_THAT(page->entries, ElementsAre(IsEntry(TransferKind::top_up, 20'000),
                                               IsEntry(TransferKind::refund, 2'000),
                                               IsEntry(TransferKind::cash_payment, fare)));
        const auto next =
            co_await world.by_staff(operations::find_ledger_entries,
                                    {.account = account, .before = page->next, .limit = 3});
        EXPECT_THAT(next->entries, ElementsAre(IsEntry(TransferKind::fare, fare)));
        EXPECT_EQ(next->next, std::nullopt);
        EXPECT_EQ(code_of(co_await world.by_staff(operations::find_ledger_entries, {})), "invalid");
      },
      quick());
}

}  // namespace
}  // namespace services::rides
