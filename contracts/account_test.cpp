// Where the pages of an export begin and end.

#include "contracts/account.hpp"

#include <set>

#include <gtest/gtest.h>

namespace contracts {
namespace {

constexpr auto id = "0190a1b2-c3d4-7000-8000-000000000001";

TEST(Records, AreToldKindAfterKindUntilAllWereTold) {
  std::set<RecordKind> told{RecordKind::requests};
  for (auto kind = kind_after(RecordKind::requests); kind; kind = kind_after(*kind)) {
    EXPECT_TRUE(told.insert(*kind).second);
  }
  EXPECT_EQ(told.size(), base::json::enum_names<RecordKind>().size());
}

TEST(Records, HaveAMemberForEveryKind) {
  const auto told = base::json::encode(AccountRecords{});
  for (const auto& kind : base::json::enum_names<RecordKind>()) {
    EXPECT_TRUE(told.as_object().contains(kind.name)) << kind.name;
  }
}

TEST(Records, AreCountedAndAppendedWhateverTheirKind) {
  AccountRecords records{.positions = {{}, {}}};
  append(records, {.rides = {{}}, .positions = {{}}});
  EXPECT_EQ(records.positions.size(), 3u);
  EXPECT_EQ(count_of(records), 4);
}

TEST(RecordsCursor, IsReadAsItWasWritten) {
  const PositionMark mark{base::from_unix_us(1'772'353'800'250'001),
                          domain::SessionId::parse(id).value(), 412};
  const RecordsCursor cursors[] = {
      {.kind = RecordKind::requests},
      {.kind = RecordKind::rides, .after = id},
      {.kind = RecordKind::orders, .after = std::string{"payment-"} + id + "-2"},
      {.kind = RecordKind::positions, .after = mark.text()},
  };
  for (const auto& cursor : cursors) EXPECT_EQ(RecordsCursor::parse(cursor.text()), cursor);
}

TEST(RecordsCursor, IsNotReadFromAnythingElse) {
  for (const std::string text : {"", "rides", "wallets:", "rides:x", "orders:'; drop table",
                                 "positions:1.2", "positions:.."}) {
    EXPECT_FALSE(RecordsCursor::parse(text)) << text;
  }
  EXPECT_FALSE(RecordsCursor::parse(std::string{"positions:"} + id));
}

}  // namespace
}  // namespace contracts
