#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "domain/money/closing.hpp"
#include "domain/money/order.hpp"
#include "domain/money/payout.hpp"
#include "domain/money/refund.hpp"
#include "domain/money/wallet.hpp"
#include "tests/support/scenario.hpp"

namespace domain::money {
namespace {

using tests::support::alternatives;
using tests::support::find_enum;
using tests::support::id_of;
using tests::support::names_of;
using tests::support::read_scenarios;
using tests::support::Scenario;
using tests::support::to_enum;
using tests::support::to_integer;

constexpr auto now = base::from_unix_ms(1'700'000'000'000);
const ledger::Parties parties{.passenger_id = id_of<UserId>(1), .driver_id = id_of<UserId>(2)};

base::Money rupiah(std::int64_t amount) { return {amount, base::Currency::idr}; }

std::optional<base::Money> amount_in(const Scenario& scenario) {
  const auto text = scenario.value("amount");
  if (text.empty()) return {};
  return base::Money{to_integer(text),
                     base::parse_currency(scenario.value("currency", "IDR")).value()};
}

/// True if the row expects a refusal, which is then compared.
template <class T>
bool is_refused_as_told(const Outcome<T>& outcome, const Scenario& scenario) {
  const auto refusal = find_enum<Rejection>(scenario.expected.front());
  if (!refusal) return false;
  EXPECT_FALSE(outcome.has_value());
  if (!outcome) EXPECT_EQ(outcome.error(), *refusal);
  return true;
}

void expect_amount(const Scenario& scenario, const char* key, base::Money amount) {
  if (const auto expected = scenario.expected_value(key)) {
    EXPECT_EQ(amount, rupiah(to_integer(*expected))) << key;
  }
}

// Orders.

using Case = std::tuple<std::string, std::string, std::string>;

TEST(Order, FollowsTheTableWhichSpeaksOfEverything) {
  std::set<Case> seen;
  for (const auto& scenario : read_scenarios("tests/scenarios/provider_orders.txt")) {
    SCOPED_TRACE(scenario.where);
    for (const auto& kind : alternatives(scenario.given.at(0), names_of<OrderKind>())) {
      for (const auto& state : alternatives(scenario.given.at(1), names_of<OrderState>())) {
        for (const auto& verdict : alternatives(scenario.given.at(2), names_of<Verdict>())) {
          const Order order{.purpose = {},
                            .kind = to_enum<OrderKind>(kind),
                            .user_id = {},
                            .amount = rupiah(1),
                            .state = to_enum<OrderState>(state)};
          EXPECT_EQ(effect_of(order, to_enum<Verdict>(verdict)),
                    to_enum<Effect>(scenario.expected.at(0)));
          EXPECT_TRUE(seen.emplace(kind, state, verdict).second) << "told twice";
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), names_of<OrderKind>().size() * names_of<OrderState>().size() *
                             names_of<Verdict>().size());
}

TEST(Purpose, HasAKey) {
  const auto purpose = Purpose::payment(id_of<PaymentId>(7), 12);
  EXPECT_EQ(purpose.key(), "payment-00000000-0000-0000-0000-000000000007-12");
  EXPECT_EQ(Purpose::parse(purpose.key()), purpose);
  const auto top_up = Purpose::top_up(id_of<TopUpId>(8));
  EXPECT_EQ(Purpose::parse(top_up.key()), top_up);
  for (const auto* key :
       {"", "payment", "payment-", "payment-7-1", "payment-00000000-0000-0000-0000-000000000007",
        "payment-00000000-0000-0000-0000-000000000007-",
        "payment-00000000-0000-0000-0000-000000000007-0",
        "payment-00000000-0000-0000-0000-000000000007-01",
        "payment-00000000-0000-0000-0000-000000000007-1x",
        "payment-00000000-0000-0000-0000-000000000007x1",
        "other-00000000-0000-0000-0000-000000000007-1"}) {
    EXPECT_EQ(Purpose::parse(key), std::nullopt) << key;
  }
}

// Refunds.

ride::Payment payment_in(const std::string& method, const std::string& state) {
  return {.id = id_of<PaymentId>(7),
          .ride_id = id_of<RideId>(9),
          .method = to_enum<ride::PaymentMethod>(method),
          .amount = rupiah(12'000),
          .state = to_enum<ride::PaymentState>(state),
          .attempt = 3,
          .requested_at = now};
}

void expect_refund(const Scenario& scenario, const Refund& refund) {
  expect_amount(scenario, "amount", refund.amount);
  EXPECT_EQ(refund.to, to_enum<RefundTo>(scenario.expected_value("to").value()));
  EXPECT_EQ(refund.state, to_enum<OrderState>(scenario.expected.at(2)));
  EXPECT_EQ(refund.settled_at.has_value(), refund.state == OrderState::settled);
  const auto rows = all_transfers_of(refund, parties);
  EXPECT_TRUE(ledger::sums_to_zero(rows));
  const auto balance = [&](const ledger::Account& account) {
    return ledger::balance(rows, account, base::Currency::idr);
  };
  expect_amount(scenario, "passenger", balance(ledger::Account::passenger(parties.passenger_id)));
  expect_amount(scenario, "driver", balance(ledger::Account::driver(parties.driver_id)));
  expect_amount(scenario, "fees", balance(ledger::Account::platform_fees()));
  expect_amount(scenario, "gateway", balance(ledger::Account::platform_gateway_clearing()));
}

TEST(Refund, FollowsTheTable) {
  for (const auto& scenario : read_scenarios("tests/scenarios/refunds.txt")) {
    SCOPED_TRACE(scenario.where);
    for (const auto& method : alternatives(scenario.given.at(0), names_of<ride::PaymentMethod>())) {
      for (const auto& state : alternatives(scenario.given.at(1), names_of<ride::PaymentState>())) {
        const auto outcome =
            decide(payment_in(method, state), rupiah(to_integer(scenario.value("before", "0"))),
                   RefundCommand{.id = id_of<RefundId>(5),
                                 .amount = amount_in(scenario),
                                 .borne_by = to_enum<CostBearer>(scenario.value("by", "platform")),
                                 .reason = "rain",
                                 .staff = "desk"},
                   now);
        if (is_refused_as_told(outcome, scenario)) continue;
        ASSERT_TRUE(outcome);
        expect_refund(scenario, *outcome);
      }
    }
  }
}

TEST(Refund, EndsInTheWalletWhenTheCardDoesNotTakeIt) {
  const auto refund =
      decide(payment_in("gateway", "settled"), rupiah(0), {.id = id_of<RefundId>(5)}, now);
  const auto redirected = redirected_to_wallet(refund.value(), now);
  EXPECT_EQ(redirected.state, OrderState::settled);
  EXPECT_EQ(redirected.to, RefundTo::wallet_instead);
  const auto rows = all_transfers_of(redirected, parties);
  EXPECT_EQ(
      ledger::balance(rows, ledger::Account::passenger(parties.passenger_id), base::Currency::idr),
      rupiah(12'000));
}

TEST(Refund, NamesTheChargeThatItGivesBack) {
  const auto payment = payment_in("gateway", "settled");
  const auto stray = give_back(payment, 2, id_of<RefundId>(5), now);
  const auto order = order_of(stray, parties.passenger_id);
  EXPECT_EQ(order.kind, OrderKind::refund);
  EXPECT_EQ(order.charge_key, Purpose::payment(payment.id, 2).key());
  const auto rows = all_transfers_of(stray, parties);
  EXPECT_TRUE(ledger::sums_to_zero(rows));
  EXPECT_EQ(
      ledger::balance(rows, ledger::Account::platform_gateway_clearing(), base::Currency::idr),
      rupiah(0));
}

// Payouts.

TEST(Payout, FollowsTheTable) {
  for (const auto& scenario : read_scenarios("tests/scenarios/payouts.txt")) {
    SCOPED_TRACE(scenario.where);
    const auto outcome =
        decide(parties.driver_id, rupiah(to_integer(scenario.value("balance"))), rupiah(50'000),
               PayoutCommand{.id = id_of<PayoutId>(5), .amount = amount_in(scenario)}, now);
    if (is_refused_as_told(outcome, scenario)) continue;
    ASSERT_TRUE(outcome);
    expect_amount(scenario, "amount", outcome->amount);
    EXPECT_EQ(outcome->state, OrderState::pending);
  }
}

TEST(Payout, ThatFailedMovesNothingInTheEnd) {
  const Payout payout{.id = id_of<PayoutId>(5),
                      .driver_id = parties.driver_id,
                      .amount = rupiah(50'000),
                      .requested_at = now};
  const auto rows = all_transfers_of(concluded(payout, OrderState::failed, now));
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_EQ(ledger::balance(rows, ledger::Account::driver(parties.driver_id), base::Currency::idr),
            rupiah(0));
  EXPECT_EQ(all_transfers_of(concluded(payout, OrderState::settled, now)).size(), 1U);
}

TEST(Debt, EndsAtTheFloorOnceTheCashIsTaken) {
  const auto fare = rupiah(12'000);
  EXPECT_TRUE(may_take_in_cash(rupiah(12'000 - 600), fare, rupiah(-600)));
  EXPECT_FALSE(may_take_in_cash(rupiah(12'000 - 601), fare, rupiah(-600)));
}

// The end of an account.

TEST(Closing, FollowsTheTable) {
  for (const auto& scenario : read_scenarios("tests/scenarios/closing.txt")) {
    SCOPED_TRACE(scenario.where);
    const Holdings holdings{.wallet = rupiah(to_integer(scenario.value("wallet"))),
                            .earnings = rupiah(to_integer(scenario.value("earnings"))),
                            .order_pending = scenario.value("order") == "pending"};
    const auto outcome = check_may_close(holdings, scenario.value("gives_up") == "yes");
    if (is_refused_as_told(outcome, scenario)) continue;
    ASSERT_TRUE(outcome);
    const auto rows = transfers_of(close(parties.passenger_id, holdings, now));
    EXPECT_EQ(std::to_string(rows.size()), scenario.expected_value("rows"));
    EXPECT_TRUE(ledger::sums_to_zero(rows));
    EXPECT_EQ(ledger::balance(rows, ledger::Account::platform_given_up(), base::Currency::idr),
              holdings.total());
  }
}

TEST(Closing, LeavesDebtsInTheBooks) {
  const auto left = close(parties.passenger_id, {rupiah(-600), rupiah(5'000)}, now);
  EXPECT_EQ(left.wallet, rupiah(0));
  EXPECT_EQ(left.earnings, rupiah(5'000));
}

// Wallets.

TEST(TopUp, HasItsLimits) {
  const TopUpRules rules{rupiah(10'000), rupiah(50'000)};
  const auto top_up = [](base::Money amount) {
    return TopUp{.id = id_of<TopUpId>(5),
                 .passenger_id = parties.passenger_id,
                 .amount = amount,
                 .requested_at = now};
  };
  EXPECT_TRUE(request(top_up(rupiah(10'000)), rules));
  EXPECT_TRUE(request(top_up(rupiah(50'000)), rules));
  for (const auto amount : {rupiah(9'999), rupiah(50'001), rupiah(0), rupiah(-1),
                            base::Money{20'000, base::Currency::usd}}) {
    EXPECT_EQ(request(top_up(amount), rules).error(), Rejection::invalid_value);
  }
}

TEST(TopUp, CountsOnceItHasSettled) {
  const TopUp pending{.id = id_of<TopUpId>(5),
                      .passenger_id = parties.passenger_id,
                      .amount = rupiah(20'000),
                      .requested_at = now};
  EXPECT_TRUE(transfers_of(pending).empty());
  EXPECT_TRUE(transfers_of(concluded(pending, OrderState::failed, now)).empty());
  EXPECT_EQ(transfers_of(concluded(pending, OrderState::settled, now)).size(), 1U);
}

TEST(Wallet, DoesNotBearWhatNobodyHasPaidYet) {
  EXPECT_EQ(spendable(rupiah(50'000 - 30'000 - 30'000), rupiah(60'000)), rupiah(50'000));
}

}  // namespace
}  // namespace domain::money
