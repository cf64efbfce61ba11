#include "base/json/parse.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace base::json {
namespace {

using enum ParseError;
using namespace std::string_literals;

struct Case {
  std::string text;
  std::optional<ParseError> error;  ///< None: it is good.
};

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

const Case cases[] = {
    {"{}", {}},
    {"null", {}},
    {" [1, -2.5e3, true, \"\"] \r\n\t", {}},
    {R"({"a": {"a": 1}, "b": {"a": 2}})", {}},
    {R"([{"a": 1}, {"a": 1}])", {}},
    {R"("\ud83d\ude80")", {}},
    {"\"\xf0\x9f\x9a\x80\"", {}},
    {nested(depth_max), {}},
    {"18446744073709551615", {}},

    {"", malformed},
    {" ", malformed},
    {"nul", malformed},
    {"{", malformed},
    {"{a: 1}", malformed},
    {"{'a': 1}", malformed},
    {"[1,]", malformed},
    {R"({"a": 1,})", malformed},
    {R"({"a" 1})", malformed},
    {"[1 2]", malformed},
    {"\"a", malformed},
    {R"("\x")", malformed},
    {"\"\n\"", malformed},
    {"// no comments\n1", malformed},
    {"NaN", malformed},
    {"Infinity", malformed},
    {"01", trailing_text},
    {"+1", malformed},
    {"1.", malformed},
    {".5", malformed},
    {"0x10", trailing_text},
    {"\xef\xbb\xbf{}", malformed},  // a byte order mark

    {"{} {}", trailing_text},
    {"1 x", trailing_text},
    {"null\0"s, trailing_text},

    {nested(depth_max + 1), too_deep},
    {nested(100'000), too_deep},

    {R"({"a": 1, "a": 1})", duplicate_key},
    {R"({"a": 1, "b": 2, "a": 3})", duplicate_key},
    {R"({"a": 1, "\u0061": 2})", duplicate_key},
    {R"([{"x": {"": 1, "": 2}}])", duplicate_key},

    {R"("\u0000")", null_character},
    {R"({"a\u0000": 1})", null_character},
    {R"("\ud83d")", malformed},
    {R"("\ud83dx")", malformed},
    {R"("\ude80")", malformed},
    {"\"\xff\"", malformed},              // not UTF-8
    {"\"\xc0\xaf\"", malformed},          // overlong
    {"\"\xed\xa0\x80\"", malformed},      // an encoded surrogate
    {"\"\xf4\x90\x80\x80\"", malformed},  // beyond U+10FFFF
    {"\"\xe2\x82\"", malformed},          // cut short
    {"{\"\xff\": 1}", malformed},

    {"1e400", bad_number},
    {"-1e400", bad_number},
    {"1e99999999999", bad_number},
};

TEST(Parse, AcceptsWhatHasOneMeaning) {
  for (const auto& [text, error] : cases) {
    const auto parsed = parse(text);
    if (!error)
      EXPECT_TRUE(parsed) << text << ": " << to_string(parsed.error());
    else if (parsed)
      ADD_FAILURE() << text << " was accepted";
    else
      EXPECT_EQ(parsed.error().error, *error) << text << ": " << to_string(parsed.error());
  }
}

TEST(Parse, KeepsIntegersExact) {
  EXPECT_EQ(parse("9007199254740993")->as_int64(), 9'007'199'254'740'993);
  EXPECT_EQ(parse("-9223372036854775808")->as_int64(), INT64_MIN);
}

TEST(Parse, SaysWhereAndWhat) {
  const auto parsed = parse(R"({"a": 1, "a": 2})");
  EXPECT_EQ(to_string(parsed.error()), "an object has the same key twice, at byte 15");
}

TEST(Parse, ReadsKeysAndTextsLongerThanTheParsersBuffer) {
  const std::string longest(50'000, 'x');
  const auto parsed = parse("{\"" + longest + "\\n\": \"" + longest + "\\t" + longest + "\"}");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->at(longest + '\n').as_string(), longest + '\t' + longest);
  EXPECT_EQ(parse("{\"" + longest + "\\n\": 1, \"" + longest + "\\n\": 2}").error().error,
            duplicate_key);
}

}  // namespace
}  // namespace base::json
