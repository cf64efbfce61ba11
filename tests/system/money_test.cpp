// Money through the public API, with the provider that the sandbox plays: in by card, out to the
// bank, and back again.

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

using namespace std::chrono_literals;
namespace operations = contracts::operations;
using domain::money::OrderState;
using domain::ride::PaymentMethod;
using domain::ride::PaymentState;
using domain::ride::RideState;

constexpr auto provider_limit = 20s;

// Nobody drives anywhere, so it is the minimum fare; less a discount by which it ends in 13, which
// the sandbox always declines.
constexpr std::int64_t fare = 5'000;
constexpr double unlucky_discount = 0.8026;
constexpr std::int64_t unlucky_fare = 4'013;
// Less 5 % of each for the platform.
constexpr std::int64_t earned = fare - 250 + unlucky_fare - 201;

using Money = SystemTest;

/// The outcome of a top-up of so much.
awaitable<OrderState> top_up(Phone& passenger, std::int64_t amount) {
  const auto asked =
      granted(co_await passenger.call(operations::top_up_wallet, {.amount = {amount}}));
  auto state = asked.state;
  co_await eventually("the top-up is decided", provider_limit, [&]() -> awaitable<bool> {
    state = granted(co_await passenger.call(operations::get_top_up, {asked.top_up_id})).state;
    co_return state != OrderState::pending;
  });
  co_return state;
}

struct People {
  Phone& passenger;
  Phone& driver;
};

awaitable<domain::RideId> ride_of(City& city, const People& people, double adjustment,
                                  std::int64_t costs) {
  const auto ride =
      co_await begin_ride(people.passenger, people.driver, city.place(0), city.place(1'000));
  const auto completed = co_await complete_ride(people.driver, ride, adjustment);
  EXPECT_EQ(completed.fare->amount, costs);
  co_return ride;
}

awaitable<contracts::PaymentView> pay(Phone& passenger, domain::RideId ride, PaymentMethod method) {
  co_return granted(
      co_await passenger.call(operations::pay_ride, {.ride_id = ride, .method = method}));
}

/// By a card that is declined, and then from the wallet.
awaitable<void> pay_at_the_second_attempt(Phone& passenger, domain::RideId ride) {
  EXPECT_EQ((co_await pay(passenger, ride, PaymentMethod::gateway)).state, PaymentState::pending);
  co_await passenger.until("the card is declined", [](const Phone& phone) {
    const auto& payment = phone.document().ride->payment;
    return payment && payment->state == PaymentState::failed;
  });
  EXPECT_EQ((co_await pay(passenger, ride, PaymentMethod::wallet)).state, PaymentState::settled);
  co_await until_ride(passenger, ride, RideState::paid);
}

awaitable<domain::PaymentId> pay_by_card(Phone& passenger, domain::RideId ride) {
  const auto asked = co_await pay(passenger, ride, PaymentMethod::gateway);
  co_await until_ride(passenger, ride, RideState::paid);
  co_return asked.payment_id;
}

awaitable<void> refund(City& city, domain::PaymentId payment) {
  auto staff = city.staff("rides", {"payments:read", "payments:write"});
  const auto asked =
      granted(co_await staff.call(operations::refund_payment, {.payment_id = payment,
                                                               .amount = base::Money{2'000},
                                                               .reason = "the seat was wet",
                                                               .borne_by = {}}));
  EXPECT_EQ(asked.to, domain::money::RefundTo::card);
  co_await eventually("the card has it back", provider_limit, [&]() -> awaitable<bool> {
    const auto details = granted(co_await staff.call(operations::get_payment, {payment}));
    co_return details.refunds.at(0).state == OrderState::settled;
  });
}

awaitable<void> pay_out(Phone& driver) {
  const auto asked = granted(co_await driver.call(operations::request_payout, {}));
  EXPECT_EQ(asked.amount.amount, earned);
  co_await eventually("the bank has it", provider_limit, [&]() -> awaitable<bool> {
    const auto page = granted(co_await driver.call(operations::list_payouts, {}));
    co_return page.payouts.at(0).state == OrderState::settled;
  });
  EXPECT_EQ(granted(co_await driver.call(operations::get_balance)).balance.amount, 0);
}

TEST_F(Money, ComesByCardAndWalletAndGoesToTheBankAndBack) {
  visit([this](City& city) -> awaitable<void> {
    const People people{*co_await city.passenger(), *co_await city.driver(city.place(100))};
    EXPECT_EQ(co_await top_up(people.passenger, 20'013), OrderState::failed);
    EXPECT_EQ(co_await top_up(people.passenger, 50'000), OrderState::settled);
    co_await pay_at_the_second_attempt(
        people.passenger, co_await ride_of(city, people, unlucky_discount, unlucky_fare));
    const auto payment =
        co_await pay_by_card(people.passenger, co_await ride_of(city, people, 1, fare));
    co_await refund(city, payment);
    co_await pay_out(people.driver);
    const auto wallet = granted(co_await people.passenger.call(operations::get_wallet));
    EXPECT_EQ(wallet.balance.amount, 50'000 - unlucky_fare);
    EXPECT_EQ(people.passenger.document().wallet, wallet.balance);
    EXPECT_NE(backend.operate({"ledger", "verify"}).find("proven"), std::string::npos);
  });
}

TEST_F(Money, KeepsAnAccountUntilItIsGivenUp) {
  visit([this](City& city) -> awaitable<void> {
    auto& passenger = *co_await city.passenger();
    EXPECT_EQ(co_await top_up(passenger, 20'000), OrderState::settled);
    const auto refused = co_await passenger.call(operations::delete_me, {});
    EXPECT_EQ(refusal(refused), "409 wallet_not_empty");
    EXPECT_EQ(refused.error().balance, base::Money{20'000});
    EXPECT_EQ(granted(co_await passenger.call(operations::get_wallet)).balance.amount, 20'000);

    granted(co_await passenger.call(operations::delete_me, {.give_up_balance = true}));
    auto staff = city.staff("rides", {"payments:read"});
    const auto account = "passenger:" + passenger.user().text();
    co_await eventually("the platform has it", provider_limit, [&]() -> awaitable<bool> {
      const auto books =
          granted(co_await staff.call(operations::find_ledger_entries, {.account = account}));
      const auto& newest = books.entries.at(0);
      co_return newest.credit_account == "platform:given_up" && newest.amount.amount == 20'000;
    });
    EXPECT_NE(backend.operate({"ledger", "verify"}).find("proven"), std::string::npos);
  });
}

}  // namespace
}  // namespace tests::system
