// Seals on the books: whatever is changed behind our back is named.

#include <gmock/gmock.h>

#include "services/rides/ledger_verify.hpp"
#include "services/rides/world_test.hpp"

namespace services::rides {
namespace {

using namespace std::chrono_literals;
namespace operations = contracts::operations;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

RidesConfig sealing_often() {
  RidesConfig config;
  config.payments.seal_interval_ms = 20ms;
  return config;
}

awaitable<SealsReport> verify(World& world) {
  return verify_seals(world.pool(), platform::runtime::system_clock().now(), 0ms);
}

/// Two seals, over the rows of a ride that is paid.
awaitable<void> sealed_ride(World& world) {
  const auto ride = co_await world.final(4'000);
  co_await world.until("the fare is sealed", [&]() -> awaitable<bool> {
    co_return co_await world.count("ledger_leaves") == 2;
  });
  co_await world.call(operations::confirm_cash, world.driver, {ride});
  co_await world.until("the payment is sealed", [&]() -> awaitable<bool> {
    co_return co_await world.count("ledger_leaves") == 3;
  });
}

awaitable<void> unlock(World& world, std::string table) {
  co_await world.run("GRANT ALL ON " + table + " TO CURRENT_USER");
  co_await world.run("ALTER TABLE " + table + " DISABLE TRIGGER append_only");
}

void tell_tampering(const std::vector<std::string>& statements,
                    const testing::Matcher<const std::vector<std::string>&>& faults) {
  tell(
      [&](World& world) -> awaitable<void> {
        co_await sealed_ride(world);
        for (const auto* table : {"billing_ledger", "ledger_leaves", "ledger_seals"}) {
          co_await unlock(world, table);
        }
        for (const auto& statement : statements) co_await world.run(statement);
        EXPECT_THAT((co_await verify(world)).faults, faults);
      },
      sealing_often());
}

TEST(Seals, CoverEveryRowAndFitEachOther) {
  tell(
      [](World& world) -> awaitable<void> {
        EXPECT_THAT((co_await verify(world)).faults, IsEmpty());
        co_await sealed_ride(world);
        const auto report = co_await verify(world);
        EXPECT_THAT(report.faults, IsEmpty());
        EXPECT_EQ(report.seals, 2);
        EXPECT_EQ(report.sealed, 3);
        EXPECT_EQ(report.unsealed, 0);
        EXPECT_EQ(report.hash.size(), 64U);
      },
      sealing_often());
}

TEST(Seals, NameARowThatWasChanged) {
  tell_tampering({"UPDATE billing_ledger SET amount = amount + 1 WHERE kind = 'fare'"},
                 ElementsAre(AllOf(HasSubstr("row "), HasSubstr("is not what seal 1"))));
  tell_tampering({"UPDATE billing_ledger SET kind = 'a gift' WHERE kind = 'cash_payment'"},
                 ElementsAre(AllOf(HasSubstr("row "), HasSubstr("is not what seal 2"))));
}

TEST(Seals, NameARowThatIsMissing) {
  tell_tampering({"DELETE FROM billing_ledger WHERE kind = 'platform_fee'"},
                 ElementsAre(AllOf(HasSubstr("is missing"), HasSubstr("under seal 1"))));
}

TEST(Seals, NameARowThatWasSlippedIn) {
  tell_tampering(
      {"INSERT INTO billing_ledger SELECT '018bcfe5-6800-7000-8000-000000000001', 'ride:' || "
       "gen_random_uuid(), kind, debit_account, credit_account, amount, currency, posted_at - "
       "interval '1 year' FROM billing_ledger WHERE kind = 'fare'"},
      ElementsAre(AllOf(HasSubstr("row 018bcfe5"), HasSubstr("is under no seal"))));
}

TEST(Seals, AreNotReplacedUnseen) {
  tell_tampering({"UPDATE ledger_leaves SET digest = repeat('0', 64) WHERE seal_no = 1"},
                 Contains(HasSubstr("seal 1 does not fit its leaves")));
  tell_tampering({"UPDATE ledger_seals SET hash = repeat('0', 64) WHERE seal_no = 1"},
                 Contains(HasSubstr("seal 2 does not fit its leaves and the seal before it")));
  tell_tampering({"DELETE FROM ledger_seals WHERE seal_no = 1"},
                 Contains(HasSubstr("seals before seal 2 are missing")));
  tell_tampering(
      {"DELETE FROM billing_ledger WHERE kind = 'platform_fee'",
       "DELETE FROM ledger_leaves WHERE entry_id NOT IN (SELECT entry_id FROM billing_ledger)"},
      AllOf(Contains("seal 1 has lost leaves"),
            Contains(HasSubstr("seal 1 does not fit its leaves"))));
}

TEST(Seals, AreRefusedToWhoeverWouldRewriteThem) {
  tell(
      [](World& world) -> awaitable<void> {
        co_await sealed_ride(world);
        for (const auto* table : {"ledger_leaves", "ledger_seals"}) {
          std::string refusal;
          try {
            co_await world.run("DELETE FROM " + std::string{table});
          } catch (const std::exception& error) {
            refusal = error.what();
          }
          EXPECT_THAT(refusal, HasSubstr("permission denied"));
        }
      },
      sealing_often());
}

}  // namespace
}  // namespace services::rides
