#include "platform/postgres/value.hpp"

#include <cmath>
#include <limits>

#include <boost/describe/enum.hpp>
#include <gtest/gtest.h>

#include "platform/postgres/errors.hpp"
#include "tests/support/stack_fixture.hpp"

namespace platform::postgres {

enum class Colour : std::uint8_t { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

namespace {

struct Tag;

/// What a column of `type` gives back for `value`.
template <class T>
T through_database(const char* type, const T& value) {
  std::optional<T> result;
  tests::support::run([&](runtime::Runtime& runtime) -> awaitable<void> {
    const auto pool = make_pool(runtime, tests::support::administrator_config());
    const auto text = "SELECT $1::" + std::string{type} + " AS value";
    const Rows rows = co_await pool->run(Query{"value", text}, value);
    result = rows.front().get<T>("value");
  });
  return *result;
}

base::Instant instant(std::int64_t us) { return base::from_unix_us(us); }

TEST(Value, AnInstantIsUtcWithItsMicrosecond) {
  EXPECT_EQ(to_text(instant(1'772'354'400'000'001)), "2026-03-01 08:40:00.000001+00");
  EXPECT_EQ(from_text<base::Instant>("2026-03-01 08:40:00.25+00"), instant(1'772'354'400'250'000));
  EXPECT_EQ(from_text<base::Instant>("2026-03-01 08:40:00+00"), instant(1'772'354'400'000'000));
}

TEST(Value, ATextThatIsNoneIsRefused) {
  EXPECT_THROW(from_text<base::Instant>("infinity"), StatementFailed);
  EXPECT_THROW(from_text<base::Instant>("2026-03-01 08:40:00+07"), StatementFailed);
  EXPECT_THROW(from_text<int>("12 "), StatementFailed);
  EXPECT_THROW(from_text<int>("3000000000"), StatementFailed);
  EXPECT_THROW(from_text<bool>("true"), StatementFailed);
  EXPECT_THROW(from_text<base::Uuid>("1"), StatementFailed);
  EXPECT_THROW(read_value<Colour>("blue"), StatementFailed);
}

TEST(Value, TextsComeBackAsTheyWent) {
  const std::string nasty = "'\"\\\t\n{},NULL é 🚕";
  EXPECT_EQ(through_database("text", nasty), nasty);
  EXPECT_EQ(through_database("text", std::string{}), "");
}

TEST(Value, NumbersComeBackAsTheyWent) {
  for (const double value : {0.1, -0.0, 1e300, 5e-324, 106.816666, 1.0 / 3}) {
    EXPECT_EQ(through_database("double precision", value), value);
  }
  EXPECT_TRUE(std::isnan(through_database("float8", std::nan(""))));
  EXPECT_TRUE(std::isinf(through_database("float8", -std::numeric_limits<double>::infinity())));
  for (const auto value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}}) {
    EXPECT_EQ(through_database("bigint", value), value);
  }
  EXPECT_EQ(through_database("int", 42), 42);
  EXPECT_TRUE(through_database("boolean", true));
}

TEST(Value, InstantsComeBackAsTheyWent) {
  for (const std::int64_t us : {0L, -1L, 1'772'354'400'123'456L, 253'402'300'799'999'999L}) {
    EXPECT_EQ(through_database("timestamptz", instant(us)), instant(us));
  }
}

TEST(Value, IdsAndEnumeratorsComeBackAsTheyWent) {
  const base::Id<Tag> id{*base::Uuid::parse("019531f2-7a00-7abc-8def-0123456789ab")};
  EXPECT_EQ(through_database("uuid", id), id);
  EXPECT_EQ(through_database("text", Colour::green), Colour::green);
}

TEST(Value, ArraysKeepTheirElements) {
  const std::vector<std::string> elements{"a", "", "b,\"c\"", "NULL", "\\{}"};
  tests::support::run([&](runtime::Runtime& runtime) -> awaitable<void> {
    const auto pool = make_pool(runtime, tests::support::administrator_config());
    const auto rows = co_await pool->run(
        Query{"unnest", "SELECT e FROM unnest($1::text[]) WITH ORDINALITY AS u(e, n) ORDER BY n"},
        elements);
    EXPECT_EQ(rows.size(), elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i) {
      EXPECT_EQ(rows[i].get<std::string>("e"), elements[i]);
    }
  });
}

TEST(Value, NullIsAnEmptyOptional) {
  tests::support::run([](runtime::Runtime& runtime) -> awaitable<void> {
    const auto pool = make_pool(runtime, tests::support::administrator_config());
    const auto rows =
        co_await pool->run(Query{"null", "SELECT $1::int AS value"}, std::optional<int>{});
    EXPECT_EQ(rows.front().maybe<int>("value"), std::nullopt);
    EXPECT_THROW(rows.front().get<int>("value"), StatementFailed);
    EXPECT_THROW(rows.front().get<int>("other"), StatementFailed);
  });
}

}  // namespace
}  // namespace platform::postgres
