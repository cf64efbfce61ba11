#include "base/json/check.hpp"

#include <string>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace base::json
