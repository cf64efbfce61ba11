#include "base/json/check.hpp"

#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include "base/json/json.hpp"

namespace base::json {
namespace {

using namespace std::string_literals;

template <class Constrain>
std::string said(Constrain constrain) {
  Problems problems;
  constrain(Check{Cursor{problems, Unknown::refuse}}.field("it"));
  return to_string(problems);
}

TEST(Check, LengthIsCountedInCodePoints) {
  const auto said_of = [](std::string_view text) {
    return said([&](FieldCheck it) { it.text(text, 2, 3); });
  };
  EXPECT_EQ(said_of("ab"), "");
  EXPECT_EQ(said_of("\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x80"), "");  // three of 2, 3 and 4 bytes
  EXPECT_EQ(said_of("a"), "it must have between 2 and 3 characters");
  EXPECT_EQ(said_of("abcd"), "it must have between 2 and 3 characters");
}

TEST(Check, FreeTextHasNoControlCharacters) {
  for (const auto& text : {"a\nb"s, "\x1b[2J"s, "a\0b"s, "\x7f"s, "\xc2\x85"s, "\xc2\x9f"s}) {
    EXPECT_EQ(said([&](FieldCheck it) { it.text(text, 0, 9); }),
              "it must not contain control characters");
  }
  for (const auto& text : {"a b"s, "\xc2\xa0"s, "\xc3\x85"s, "\xe2\x82\xac"s, ""s}) {
    EXPECT_EQ(said([&](FieldCheck it) { it.text(text, 0, 9); }), "");
  }
}

TEST(Check, BothEndsAreAllowed) {
  const auto said_of = [](double number) {
    return said([&](FieldCheck it) { it.between(number, -0.5, 1); });
  };
  EXPECT_EQ(said_of(-0.5) + said_of(1), "");
  EXPECT_EQ(said_of(1.01), "it must be between -0.5 and 1");
}

TEST(Check, SizesAndConditions) {
  EXPECT_EQ(said([](FieldCheck it) { it.size(3, 1, 2).that(false, "must be odd"); }),
            "it must have between 1 and 2 entries; it must be odd");
}

struct Account {
  std::string number;
  std::string holder;
};
BOOST_DESCRIBE_STRUCT(Account, (), (number, holder))

struct Form {
  std::string pin;
  double heading = 0;
  std::optional<std::string> name;
  std::vector<int> stops;
  Account account;
  Account other;
};
BOOST_DESCRIBE_STRUCT(Form, (), (pin, heading, name, stops, account, other))

void check(const Form& form, Check& check) {
  check.field("pin").digits(form.pin, 4);
  check.field("heading")
      .that(form.heading < 360, "must be below 360")
      .between(form.heading, 0, 0.5);
  if (form.name) check.field("name").text(*form.name, 1, 80);
  check.field("stops").size(form.stops.size(), 1, 2);
  check.field("account.number").text(form.account.number, 4, 34);
  check.field("other").between(static_cast<double>(form.other.number.size()), 4, 34);
}

TEST(Check, DigitsAreCounted) {
  const auto said_of = [](std::string_view text) {
    return said([&](FieldCheck it) { it.digits(text, 4); });
  };
  EXPECT_EQ(said_of("0042"), "");
  for (const auto* text : {"42", "00042", "004x", ""}) {
    EXPECT_EQ(said_of(text), "it must be 4 digits") << text;
  }
}

TEST(Check, WhatItAsksIsInTheSchema) {
  const auto members = schema_of<Form>().at("properties").as_object();
  EXPECT_EQ(serialized(members.at("pin")), R"({"type":"string","pattern":"^[0-9]{4}$"})");
  EXPECT_EQ(serialized(members.at("heading")),
            R"({"type":"number","description":"must be below 360","minimum":0,"maximum":0.5})");
  EXPECT_EQ(serialized(members.at("name")), R"({"type":"string","minLength":1,"maxLength":80})");
  EXPECT_EQ(serialized(members.at("stops").at("minItems")), "1");
  EXPECT_EQ(serialized(members.at("account").at("properties").at("number")),
            R"({"type":"string","minLength":4,"maxLength":34})");
  EXPECT_EQ(serialized(members.at("other").at("description")), R"("must be between 4 and 34")");
}

/// It is no longer the account that others mean.
TEST(Check, AMemberOfWhichMoreIsAskedLosesItsTitle) {
  const auto account = schema_of<Form>().at("properties").at("account").as_object();
  EXPECT_FALSE(account.contains("title"));
  EXPECT_EQ(schema_of<Account>().at("title"), "Account");
}

}  // namespace
}  // namespace base::json
