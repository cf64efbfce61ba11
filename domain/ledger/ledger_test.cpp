#include "domain/ledger/ledger.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/scenario.hpp"

namespace domain::ledger {
namespace {

using tests::support::id_of;
using tests::support::to_integer;
using Transfers = std::vector<Transfer>;

const Parties parties{.passenger_id = id_of<UserId>(1), .driver_id = id_of<UserId>(2)};
const auto ride = id_of<RideId>(9);
const auto payment = id_of<PaymentId>(8);

base::Money rupiah(std::int64_t amount) { return {amount, base::Currency::idr}; }

void append(Transfers& transfers, const Transfers& more) {
  std::ranges::copy(more, std::back_inserter(transfers));
}

/// The rows of one happening, such as "cash=12000".
Transfers transfers_in(const tests::support::Scenario& scenario, const std::string& happening) {
  const auto amount_of = [&](const char* key) {
    return rupiah(to_integer(scenario.value(key, "0")));
  };
  const auto amount = amount_of(happening.c_str());
  const base::Uuid cause = id_of<RideId>(7).uuid;
  if (happening == "fare") return transfers_for_fare(ride, parties, amount, amount_of("fee"));
  if (happening == "cash") return transfers_for_cash_payment(payment, parties, amount);
  if (happening == "gateway") return transfers_for_gateway_payment(payment, parties, amount);
  if (happening == "cancellation") return transfers_for_cancellation_fee(ride, parties, amount);
  if (happening == "fee") return {};
  const auto kind = happening == "settlement" ? TransferKind::debt_settlement
                                              : tests::support::to_enum<TransferKind>(happening);
  return post(kind, parties, amount, {CauseKind::settlement, cause});
}

Transfers transfers_in(const tests::support::Scenario& scenario) {
  Transfers transfers;
  for (const auto& word : scenario.given) {
    append(transfers, transfers_in(scenario, word.substr(0, word.find('='))));
  }
  return transfers;
}

TEST(Ledger, FollowsTheTable) {
  const std::pair<const char*, Account> accounts[] = {
      {"passenger", Account::passenger(parties.passenger_id)},
      {"driver", Account::driver(parties.driver_id)},
      {"fees", Account::platform_fees()},
      {"cash_clearing", Account::platform_cash_clearing()},
      {"gateway", Account::platform_gateway_clearing()},
  };
  for (const auto& scenario : tests::support::read_scenarios("tests/scenarios/ledger.txt")) {
    SCOPED_TRACE(scenario.where);
    const auto transfers = transfers_in(scenario);
    EXPECT_TRUE(sums_to_zero(transfers));
    for (const auto& [name, account] : accounts) {
      if (const auto expected = scenario.expected_value(name)) {
        EXPECT_EQ(balance(transfers, account, base::Currency::idr), rupiah(to_integer(*expected)))
            << name;
      }
    }
    if (const auto rows = scenario.expected_value("rows")) {
      EXPECT_EQ(std::ssize(transfers), to_integer(*rows));
    }
  }
}

TEST(Ledger, EveryKindHasOnePosting) {
  std::set<TransferKind> kinds;
  for (const auto& posting : postings) EXPECT_TRUE(kinds.insert(posting.kind).second);
  EXPECT_EQ(kinds.size(), tests::support::names_of<TransferKind>().size());
}

TEST(Ledger, SeesABadRow) {
  const auto good = transfers_for_fare(ride, parties, rupiah(12'000), rupiah(600));
  EXPECT_TRUE(sums_to_zero(good));

  auto doubled = good;
  append(doubled, good);
  EXPECT_FALSE(sums_to_zero(doubled)) << "by (cause, kind) each row is there once";

  auto nothing = good;
  nothing[0].amount = rupiah(0);
  EXPECT_FALSE(sums_to_zero(nothing));

  auto turned = good;
  std::swap(turned[0].debit_account, turned[0].credit_account);
  EXPECT_FALSE(sums_to_zero(turned));
}

TEST(Ledger, KeepsCurrenciesApart) {
  const auto account = Account::passenger(parties.passenger_id);
  auto transfers = transfers_for_fare(ride, parties, rupiah(12'000), rupiah(600));
  append(transfers, transfers_for_cash_payment(payment, parties, {500, base::Currency::usd}));
  EXPECT_TRUE(sums_to_zero(transfers));
  EXPECT_EQ(balance(transfers, account, base::Currency::idr), rupiah(-12'000));
  EXPECT_EQ(balance(transfers, account, base::Currency::usd),
            (base::Money{500, base::Currency::usd}));
}

TEST(Ledger, DebtEndsAtTheFloor) {
  EXPECT_TRUE(may_take_cash(rupiah(0), rupiah(-50'000)));
  EXPECT_TRUE(may_take_cash(rupiah(-50'000), rupiah(-50'000)));
  EXPECT_FALSE(may_take_cash(rupiah(-50'001), rupiah(-50'000)));
}

TEST(Account, HasAText) {
  const auto id = UserId::parse("01890000-0000-7000-8000-000000000001").value();
  EXPECT_EQ(Account::passenger(id).text(), "passenger:01890000-0000-7000-8000-000000000001");
  EXPECT_EQ(Account::platform_fees().text(), "platform:fees");
  for (const auto& account :
       {Account::passenger(id), Account::driver(id), Account::platform_fees(),
        Account::platform_cash_clearing(), Account::platform_gateway_clearing()}) {
    EXPECT_EQ(Account::parse(account.text()), account);
  }
  for (const auto* text :
       {"", "passenger:", "passenger:1", "platform:", "platform:feesx", "fees"}) {
    EXPECT_EQ(Account::parse(text), std::nullopt) << text;
  }
}

TEST(Cause, HasAText) {
  const Cause cause{CauseKind::top_up, ride.uuid};
  EXPECT_EQ(cause.text(), "top_up:00000000-0000-0000-0000-000000000009");
  EXPECT_EQ(Cause::parse(cause.text()), cause);
  for (const auto* text : {"", "ride", "ride:", "ride:9", "rid:", ":"}) {
    EXPECT_EQ(Cause::parse(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(LedgerProperty, SumsToZeroWhateverHappens, ()) {
  const auto kinds = tests::support::names_of<TransferKind>();
  Transfers transfers;
  const auto rows = *rc::gen::inRange<std::uint8_t>(0, 40);
  for (std::uint8_t i = 0; i < rows; ++i) {
    const auto kind = tests::support::to_enum<TransferKind>(*rc::gen::elementOf(kinds));
    const Parties some{.passenger_id = id_of<UserId>(*rc::gen::inRange<std::uint8_t>(1, 4)),
                       .driver_id = id_of<UserId>(*rc::gen::inRange<std::uint8_t>(4, 7))};
    const base::Money amount{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000)};
    append(transfers, post(kind, some, amount, {CauseKind::ride, id_of<RideId>(i).uuid}));
  }
  RC_ASSERT(sums_to_zero(transfers));
}

}  // namespace
}  // namespace domain::ledger
