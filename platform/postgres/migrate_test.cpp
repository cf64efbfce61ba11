#include "platform/postgres/migrate.hpp"

#include <future>

#include <gtest/gtest.h>

#include "platform/postgres/errors.hpp"
#include "tests/support/stack_fixture.hpp"

namespace platform::postgres {
namespace {

using Names = std::vector<std::string>;

constexpr Migration first{"0001_fruits",
                          "CREATE TABLE fruits (name text); -- two;\n"
                          "CREATE INDEX ON fruits (name);"};
constexpr Migration second{"0002_prices", "ALTER TABLE fruits ADD COLUMN price int"};
constexpr Migration broken{"0003_broken", "CREATE TABLE nuts (n int); SELEKT 1"};

class MigrateTest : public testing::Test {
 protected:
  PoolConfig config = tests::support::fresh_database_config("migrate");

  /// The single value that a statement gives to the schema's role.
  std::string value_of(const char* text, const PoolConfig& pool_config) {
    std::string value;
    tests::support::run([&](runtime::Runtime& runtime) -> awaitable<void> {
      const auto pool = make_pool(runtime, pool_config);
      const auto rows = co_await pool->run(Query{"value", text});
      if (!rows.empty()) value = rows.front().maybe<std::string>("value").value_or("");
    });
    return value;
  }
};

TEST_F(MigrateTest, AppliesWhatIsMissingInOrder) {
  EXPECT_EQ(migrate(config, std::array{first}), Names{"0001_fruits"});
  EXPECT_EQ(migrate(config, std::array{first, second}), Names{"0002_prices"});
  EXPECT_EQ(migrate(config, std::array{first, second}), Names{});
  EXPECT_EQ(value_of("SELECT count(price) AS value FROM fruits", config), "0");
}

TEST_F(MigrateTest, RefusesAStepThatWasEditedAfterwards) {
  migrate(config, std::array{first});
  const Migration edited{first.name, "CREATE TABLE fruits (name text, price int)"};
  EXPECT_THROW(migrate(config, std::array{edited}), StatementFailed);
}

TEST_F(MigrateTest, AStepThatFailsLeavesNothing) {
  EXPECT_THROW(migrate(config, std::array{first, broken}), StatementFailed);
  EXPECT_EQ(value_of("SELECT to_regclass('nuts')::text AS value", config), "");
  const Migration mended{broken.name, "CREATE TABLE nuts (n int)"};
  EXPECT_EQ(migrate(config, std::array{first, mended}), Names{"0003_broken"});
}

TEST_F(MigrateTest, ManyMayMigrateAtOnce) {
  std::vector<std::future<Names>> runs;
  for (int i = 0; i < 4; ++i) {
    runs.push_back(std::async(std::launch::async,
                              [this] { return migrate(config, std::array{first, second}); }));
  }
  std::size_t applied = 0;
  for (auto& run : runs) applied += run.get().size();
  EXPECT_EQ(applied, 2);
}

TEST_F(MigrateTest, AnUnreachableServerIsUnavailable) {
  config.port = 1;
  EXPECT_THROW(migrate(config, std::array{first}), Unavailable);
}

TEST_F(MigrateTest, ARoleCanUseNoOtherSchema) {
  migrate(config, std::array{first});
  auto other = tests::support::fresh_database_config("other");
  const auto text = "SELECT 1 AS value FROM " + config.schema + ".fruits";
  EXPECT_THROW(value_of(text.c_str(), other), StatementFailed);
  EXPECT_THROW(value_of("CREATE TABLE public.x (n int)", other), StatementFailed);
}

TEST_F(MigrateTest, ASchemaCanBeCreatedAgainAndTakesTheNewPassword) {
  const auto administrator = tests::support::administrator_config();
  config.password = "it's \"new\"";
  create_schema(administrator, config.schema, config.user, config.password);
  EXPECT_EQ(value_of("SELECT current_schema() AS value", config), config.schema);
}

TEST_F(MigrateTest, NamesAreQuoted) {
  const auto administrator = tests::support::administrator_config();
  config.schema = config.user = R"(odd "name'; --)" + config.schema;
  create_schema(administrator, config.schema, config.user, "secret");
  config.password = "secret";
  EXPECT_EQ(value_of("SELECT current_schema() AS value", config), config.schema);
  EXPECT_EQ(migrate(config, std::array{first}), Names{"0001_fruits"});
  drop_schema(administrator, config.schema, config.user);
}

}  // namespace
}  // namespace platform::postgres
