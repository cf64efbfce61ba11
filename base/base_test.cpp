#include <algorithm>
#include <limits>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/assert.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/metres.hpp"
#include "base/money.hpp"

namespace base {
namespace {

using namespace std::chrono_literals;

constexpr auto half_past_eight = from_unix_ms(1'772'353'800'250);  // 2026-03-01T08:30:00.250Z
constexpr const char* some_text = "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";

std::array<std::uint8_t, Uuid::random_size> any_random() {
  std::array<std::uint8_t, Uuid::random_size> random{};
  for (auto& byte : random) byte = *rc::gen::arbitrary<std::uint8_t>();
  return random;
}

TEST(Uuid, ReadsTheCanonicalForm) {
  EXPECT_EQ(Uuid::parse(some_text)->text(), some_text);
  EXPECT_EQ(Uuid::parse("0190A1B2-C3D4-7E5F-8A6B-7C8D9E0F1A2B"), Uuid::parse(some_text));
  EXPECT_EQ(Uuid{}.text(), "00000000-0000-0000-0000-000000000000");
}

TEST(Uuid, ReadsNothingElse) {
  for (const auto* text : {
           "",
           "0190a1b2c3d47e5f8a6b7c8d9e0f1a2b",
           "{0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2}",
           "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2",
           "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b0",
           "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2g",
           "0190a1b2-c3d4-7e5f-8a6b7-c8d9e0f1a2b",
           "0190a1b2+c3d4-7e5f-8a6b-7c8d9e0f1a2b",
       }) {
    EXPECT_EQ(Uuid::parse(text), std::nullopt) << text;
  }
}

TEST(Uuid, Version7BeginsWithItsMillisecond) {
  const std::array<std::uint8_t, Uuid::random_size> ones{255, 255, 255, 255, 255,
                                                         255, 255, 255, 255, 255};
  EXPECT_EQ(Uuid::v7(from_unix_ms(0x0190'a1b2'c3d4), ones).text(),
            "0190a1b2-c3d4-7fff-bfff-ffffffffffff");
  EXPECT_EQ(Uuid::v7(from_unix_ms(0), std::array<std::uint8_t, Uuid::random_size>{}).text(),
            "00000000-0000-7000-8000-000000000000");
}

RC_GTEST_PROP(UuidProperty, SortsByTimeAndReadsItself, ()) {
  const auto ms = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 47);
  const auto earlier = Uuid::v7(from_unix_ms(ms), any_random());
  const auto later = Uuid::v7(from_unix_ms(ms + *rc::gen::inRange(1, 1'000)), any_random());
  RC_ASSERT(earlier < later);
  RC_ASSERT(earlier.text() < later.text());
  RC_ASSERT(Uuid::parse(earlier.text()) == earlier);
}

TEST(Id, IsOfItsKind) {
  using Apple = Id<struct AppleTag>;
  using Pear = Id<struct PearTag>;
  static_assert(!std::is_convertible_v<Apple, Pear>);
  EXPECT_TRUE(Apple{}.is_nil());
  EXPECT_FALSE(Apple::parse(some_text)->is_nil());
  EXPECT_EQ(Apple::parse("apple"), std::nullopt);
}

TEST(Shard, SpreadsIdsEvenly) {
  std::array<int, 16> counts{};
  for (int i = 0; i < 256; ++i) {
    Uuid uuid;
    uuid.bytes[15] = static_cast<std::uint8_t>(i);
    ++counts[shard_of(uuid, 16)];
  }
  EXPECT_TRUE(std::ranges::all_of(counts, [](int count) { return count == 16; }));
}

TEST(Instant, IsWrittenAsRfc3339) {
  EXPECT_EQ(to_rfc3339(half_past_eight), "2026-03-01T08:30:00.250Z");
  EXPECT_EQ(to_rfc3339(half_past_eight + 999us), "2026-03-01T08:30:00.250Z");
  EXPECT_EQ(to_rfc3339(from_unix_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(from_unix_ms(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Instant, IsReadFromRfc3339) {
  for (const auto* text : {
           "2026-03-01T08:30:00.250Z",
           "2026-03-01t08:30:00.25z",
           "2026-03-01T15:30:00.250+07:00",
           "2026-02-28T23:00:00.250-09:30",
           "2026-03-01T08:30:00.250000999Z",
       }) {
    EXPECT_EQ(parse_rfc3339(text), half_past_eight) << text;
  }
  EXPECT_EQ(parse_rfc3339("2026-03-01T08:30:00.250001Z"), half_past_eight + 1us);
  EXPECT_TRUE(parse_rfc3339("2024-02-29T00:00:00Z")) << "a leap year";
}

TEST(Instant, IsReadFromNothingElse) {
  for (const auto* text : {
           "",
           "2026-03-01",
           "2026-03-01 08:30:00Z",
           "2026-03-01T08:30:00",
           "2026-03-01T08:30Z",
           "2026-03-01T24:00:00Z",
           "2026-03-01T08:60:00Z",
           "2026-06-30T23:59:60Z",
           "2026-02-29T08:30:00Z",
           "2026-13-01T08:30:00Z",
           "2026-00-01T08:30:00Z",
           "0000-01-01T00:00:00Z",
           "2026-03-01T08:30:00.Z",
           "2026-03-01T08:30:00.1234567890Z",
           "2026-03-01T08:30:00+0700",
           "2026-03-01T08:30:00+24:00",
           "2026-03-01T08:30:00Z ",
           "+026-03-01T08:30:00Z",
       }) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(InstantProperty, SurvivesItsText, ()) {
  constexpr std::int64_t year_9999_ms = 253'370'764'800'000;
  const auto at = from_unix_ms(*rc::gen::inRange<std::int64_t>(-60'000'000'000'000, year_9999_ms));
  RC_ASSERT(parse_rfc3339(to_rfc3339(at)) == at);
  RC_ASSERT(from_unix_ms(unix_ms(at)) == at);
  RC_ASSERT(from_unix_us(unix_us(at)) == at);
}

TEST(Money, AddsWithinACurrency) {
  const Money price{12'000, Currency::idr};
  EXPECT_EQ(price + price, (Money{24'000, Currency::idr}));
  EXPECT_EQ(price - price, (Money{0, Currency::idr}));
  EXPECT_LT((Money{-1, Currency::idr}), (Money{0, Currency::idr}));
  EXPECT_NE(price, (Money{12'000, Currency::usd}));
}

TEST(MoneyDeathTest, RefusesToGuess) {
  const Money rupiah{1, Currency::idr};
  const Money most{std::numeric_limits<std::int64_t>::max(), Currency::idr};
  EXPECT_DEATH((rupiah + Money{1, Currency::usd}), "assertion failed");
  EXPECT_DEATH(static_cast<void>(rupiah < Money{1, Currency::usd}), "assertion failed");
  EXPECT_DEATH((most + rupiah), "assertion failed");
  EXPECT_DEATH((Money{0, Currency::idr} - most - rupiah - rupiah), "assertion failed");
}

TEST(Money, HasATextAndItsCurrencyACode) {
  EXPECT_EQ(to_string(Money{-12'000, Currency::idr}), "IDR -12000");
  for (const auto currency : {Currency::idr, Currency::usd}) {
    EXPECT_EQ(parse_currency(code(currency)), currency);
  }
  for (const auto* text : {"", "idr", "EUR", "IDRX"}) {
    EXPECT_EQ(parse_currency(text), std::nullopt) << text;
  }
}

TEST(Metres, Add) {
  Metres way{3};
  way += Metres{4};
  EXPECT_EQ(way, Metres{7});
  EXPECT_EQ(way - Metres{2} + Metres{1}, Metres{6});
  EXPECT_LT(Metres{1}, Metres{2});
}

TEST(AssertDeathTest, SaysWhatAndWhere) {
  EXPECT_DEATH(NEBENGJEK_ASSERT(1 + 1 == 3),
               R"(base_test\.cpp:[0-9]+: assertion failed: 1 \+ 1 == 3)");
}

}  // namespace
}  // namespace base
