#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/config/load.hpp"
#include "platform/config/nearest.hpp"
#include "platform/config/print.hpp"

namespace platform::config {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

enum class Policy : std::uint8_t { nearest, broadcast };
BOOST_DESCRIBE_ENUM(Policy, nearest, broadcast)

struct RidesConfig {
  bool cash = true;
  int fee_bp = 500;
  std::size_t batch_max = 256;
  double share = 0.5;
  std::string name = "jakarta";
  milliseconds patience_ms{120'000};
  base::Money minimum{5'000, base::Currency::idr};
  Policy policy = Policy::nearest;
  List proxies{"10.0.0.1"};
  Lists zones{{"city", {"qqguw"}}};
  std::string password = "default";
};

void declare(Section rides, RidesConfig& config) {
  rides.key("cash", config.cash, "Whether cash is taken")
      .key("fee_bp", config.fee_bp, "The platform's share", between(0, 10'000))
      .key("batch_max", config.batch_max, "Events per commit", at_least(1))
      .key("share", config.share, "A share", between(0, 1))
      .key("name", config.name, "What the city is called", not_empty())
      .key("patience_ms", config.patience_ms, "How long a passenger waits", at_least(1'000))
      .key("minimum", config.minimum, "The smallest fare", at_least(0))
      .key("policy", config.policy, "Who is asked")
      .key("proxies", config.proxies, "Whose headers are believed")
      .key("zones", config.zones, "Dispatch zones, each a list of cells");
  rides.section("store", "Where rides are kept")
      .secret("password", config.password, "Of the database", not_empty());
}

struct Loaded {
  RidesConfig config;
  Problems problems;
};

Loaded load_from(std::string_view toml, const std::vector<std::string>& variables = {}) {
  Loaded loaded;
  Keys keys;
  declare(keys.section("rides", "Rides"), loaded.config);
  auto document = read_toml(toml, "nebengjek.toml");
  add_environment(document, variables);
  loaded.problems = load(document, keys);
  return loaded;
}

constexpr std::string_view everything = R"(
[rides]
cash = false
fee_bp = 700
batch_max = 8
share = 1
name = "bandung"
patience_ms = 90_000
minimum = "USD 250"
policy = "broadcast"
proxies = ["10.0.0.2", "10.0.0.3"]

[rides.zones]
north = ["qqgux", "qqguy"]
south = []

[rides.store]
password = "s3cret"
)";

void expect_everything(const RidesConfig& config) {
  EXPECT_FALSE(config.cash);
  EXPECT_EQ(config.fee_bp, 700);
  EXPECT_EQ(config.batch_max, 8);
  EXPECT_EQ(config.share, 1);
  EXPECT_EQ(config.name, "bandung");
  EXPECT_EQ(config.patience_ms, milliseconds{90'000});
  EXPECT_EQ(config.minimum, (base::Money{250, base::Currency::usd}));
  EXPECT_EQ(config.policy, Policy::broadcast);
  EXPECT_THAT(config.proxies, ElementsAre("10.0.0.2", "10.0.0.3"));
  EXPECT_EQ(config.zones, (Lists{{"north", {"qqgux", "qqguy"}}, {"south", {}}}));
  EXPECT_EQ(config.password, "s3cret");
}

TEST(Config, ReadsEveryTypeFromAFile) {
  const auto loaded = load_from(everything);
  EXPECT_THAT(loaded.problems, IsEmpty());
  expect_everything(loaded.config);
}

TEST(Config, ReadsEveryTypeFromTheEnvironment) {
  const auto loaded =
      load_from("", {"NEBENGJEK_RIDES__CASH=false", "NEBENGJEK_RIDES__FEE_BP=700",
                     "NEBENGJEK_RIDES__BATCH_MAX=8", "NEBENGJEK_RIDES__SHARE=1.0",
                     "NEBENGJEK_RIDES__NAME=bandung", "NEBENGJEK_RIDES__PATIENCE_MS=90000",
                     "NEBENGJEK_RIDES__MINIMUM=USD 250", "NEBENGJEK_RIDES__POLICY=broadcast",
                     "NEBENGJEK_RIDES__PROXIES=10.0.0.2, 10.0.0.3",
                     "NEBENGJEK_RIDES__ZONES__NORTH=qqgux,qqguy",
                     "NEBENGJEK_RIDES__ZONES__SOUTH=", "NEBENGJEK_RIDES__STORE__PASSWORD=s3cret"});
  EXPECT_THAT(loaded.problems, IsEmpty());
  expect_everything(loaded.config);
}

TEST(Config, WhatIsNotGivenKeepsItsDefault) {
  const auto loaded = load_from("");
  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_EQ(loaded.config.fee_bp, 500);
  EXPECT_EQ(loaded.config.zones.size(), 1);
}

TEST(Config, TheEnvironmentCountsMoreThanTheFile) {
  EXPECT_EQ(load_from("[rides]\nfee_bp = 1", {"NEBENGJEK_RIDES__FEE_BP=2"}).config.fee_bp, 2);
}

TEST(Config, VariablesWithoutASectionAreNotOurs) {
  EXPECT_THAT(
      load_from("", {"NEBENGJEK_BUILD_DIR=x", "PATH=/bin", "NEBENGJEK_RIDES__X", "="}).problems,
      IsEmpty());
}

struct Refusal {
  std::string toml;
  std::string sentence;
};

const Refusal refusals[] = {
    {"cash = 1", "rides.cash must be true or false, not 1"},
    {"fee_bp = 10_001", "rides.fee_bp must be a whole number between 0 and 10000, not 10001"},
    {"fee_bp = 5.5", "rides.fee_bp must be a whole number between 0 and 10000, not 5.5"},
    {"fee_bp = '5'", R"(rides.fee_bp must be a whole number between 0 and 10000, not "5")"},
    {"batch_max = 0", "rides.batch_max must be a whole number of at least 1, not 0"},
    {"batch_max = -1", "rides.batch_max must be a whole number of at least 1, not -1"},
    {"share = nan", "rides.share must be a number between 0 and 1, not nan"},
    {"name = ''", R"(rides.name must be a text that is not empty, not "")"},
    {"patience_ms = 10", "rides.patience_ms must be a whole number of at least 1000, not 10"},
    {"minimum = 5000",
     R"(rides.minimum must be an amount as in "IDR 5000" of at least 0, not 5000)"},
    {"minimum = 'IDR -1'",
     R"(rides.minimum must be an amount as in "IDR 5000" of at least 0, not "IDR -1")"},
    {"policy = 'all'", R"(rides.policy must be nearest or broadcast, not "all")"},
    {"proxies = 'x'", R"(rides.proxies must be a list of texts, not "x")"},
    {"proxies = [1]",
     "rides.proxies must be a list of texts, not a list of other things than texts"},
    {"name = 2026-03-01", "rides.name must be a text that is not empty, not a date or time"},
    {"zones = { city = 'x' }", "rides.zones.city must be a list of texts"},
    {"zones = 'x'", "rides.zones must be a table of lists of texts, not \"x\""},
    {"surge = 5", "rides.surge is not a key"},
    {"fee_pb = 5", "rides.fee_pb is not a key; did you mean rides.fee_bp?"},
    {"password = 'x'", "rides.password is not a key; did you mean rides.store.password?"},
    {"store = { password = '' }", "rides.store.password must be a text that is not empty"},
    {"store = { password = 42 }", "rides.store.password must be a text that is not empty"},
    {"store = { password_file = '/nowhere' }",
     "rides.store.password_file must be the path of a readable file"},
};

TEST(Config, RefusesWithASentenceThatSaysWhere) {
  for (const auto& [toml, sentence] : refusals) {
    EXPECT_THAT(load_from("\n[rides]\n" + toml).problems,
                ElementsAre("nebengjek.toml:3: " + sentence));
  }
}

TEST(Config, RefusesVariablesInTheSameWords) {
  EXPECT_THAT(load_from("", {"NEBENGJEK_RIDES__FEE_BP=many", "NEBENGJEK_RIDES__CASH=yes",
                             "NEBENGJEK_RIDES__SURGE=1"})
                  .problems,
              ElementsAre("NEBENGJEK_RIDES__SURGE: rides.surge is not a key",
                          "NEBENGJEK_RIDES__CASH: rides.cash must be true or false, not \"yes\"",
                          "NEBENGJEK_RIDES__FEE_BP: rides.fee_bp must be a whole number between 0 "
                          "and 10000, not \"many\""));
}

TEST(Config, ASyntaxErrorNamesItsLine) {
  EXPECT_THAT(load_from("[rides]\nfee_bp = = 5").problems,
              ElementsAre(testing::StartsWith("nebengjek.toml:2: ")));
}

TEST(Config, ASecretMayBeInAFile) {
  const auto file = std::filesystem::temp_directory_path() / "nebengjek_config_test_secret";
  std::ofstream{file} << "from a file\n";
  const auto loaded = load_from("[rides.store]\npassword_file = '" + file.string() + "'");
  std::filesystem::remove(file);
  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_EQ(loaded.config.password, "from a file");
}

TEST(Config, AnUnreadableFileIsAProblem) {
  const auto document = read("/nowhere/nebengjek.toml", {});
  EXPECT_THAT(document.problems,
              ElementsAre("/nowhere/nebengjek.toml: this configuration file cannot be read"));
}

TEST(Config, WhatIsPrintedReadsBackWithoutSecrets) {
  auto loaded = load_from(everything);
  Keys keys;
  declare(keys.section("rides", "Rides"), loaded.config);
  const auto printed = print(keys);
  EXPECT_THAT(printed, Not(HasSubstr("s3cret")));
  EXPECT_THAT(printed, HasSubstr("\n[rides.store]\n# password is set\n"));

  auto again = load_from(printed);
  EXPECT_THAT(again.problems, IsEmpty());
  again.config.password = "s3cret";
  expect_everything(again.config);
}

TEST(Config, TheReferenceDocumentsEveryKeyAndReadsBack) {
  RidesConfig config;
  Keys keys;
  declare(keys.section("rides", "Rides"), config);
  const auto text = reference(keys);
  EXPECT_THAT(text, HasSubstr("# Rides\n[rides]\n"));
  EXPECT_THAT(text, HasSubstr("\n# The platform's share\n# NEBENGJEK_RIDES__FEE_BP: a whole number "
                              "between 0 and 10000\nfee_bp = 500\n"));
  EXPECT_THAT(text,
              HasSubstr("\n# Of the database\n# NEBENGJEK_RIDES__STORE__PASSWORD: a text that "
                        "is not empty, secret; or password_file, the path of a file that "
                        "holds it\n# password = \"\"\n"));
  EXPECT_THAT(text, Not(HasSubstr("default")));
  EXPECT_THAT(load_from(text).problems, IsEmpty());
}

TEST(Config, EditDistance) {
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("same", "same"), 0);
}

}  // namespace
}  // namespace platform::config
