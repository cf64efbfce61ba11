#include "platform/telemetry/log.hpp"

#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/id.hpp"
#include "base/json/parse.hpp"
#include "platform/telemetry/log_line.hpp"

namespace platform::telemetry {
namespace {

using namespace std::string_literals;

struct Spelling {
  std::string raw;
  std::string quoted;
};

const Spelling spellings[] = {
    {"", R"("")"},
    {"plain text", R"("plain text")"},
    {"\"\\/", R"("\"\\/")"},
    {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
    {"\0\x01\x1b\x1f\x7f"s, R"("\u0000\u0001\u001b\u001f\u007f")"},
    {"\xc2\x80\xc2\x9f", R"("\u0080\u009f")"},  // C1
    {"\xc2\xa0\xc3\xa9", "\"\xc2\xa0\xc3\xa9\""},
    {"\xe2\x82\xac\xf0\x9f\x9a\x80", "\"\xe2\x82\xac\xf0\x9f\x9a\x80\""},
    {"a\xff"
     "b",
     "\"a\xef\xbf\xbd"
     "b\""},                                       // no UTF-8 byte
    {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},  // overlong
    {"\xe0\x80\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},  // a surrogate
    {"\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},  // cut short
    {"\xef\xbf\xbd", "\"\xef\xbf\xbd\""},
};

TEST(LogLine, QuotesWhatever) {
  for (const auto& [raw, expected] : spellings) {
    EXPECT_EQ(in_quotes(raw), expected);
    EXPECT_TRUE(base::json::parse("[" + in_quotes(raw) + "]") || raw.contains('\0')) << expected;
  }
}

TEST(LogLine, JsonHasLevelEventOriginAndFields) {
  const std::vector<Field> fields{{"ride", base::Uuid{}},
                                  {"metres", 1200},
                                  {"share", 0.05},
                                  {"cash", true},
                                  {"why", "no \"x\""}};
  EXPECT_EQ(json_log_line(Level::warn, "ride.late", {"rides", "rides-1"}, fields),
            R"("level":"warn","event":"ride.late","role":"rides","instance":"rides-1",)"
            R"("ride":"00000000-0000-0000-0000-000000000000","metres":1200,"share":0.05,)"
            R"("cash":true,"why":"no \"x\"")");
}

TEST(LogLine, TextQuotesWhatIsNotPlain) {
  const std::vector<Field> fields{{"a", "plain"}, {"b", "two words"}, {"c", ""}, {"d", "x\ny=1"}};
  EXPECT_EQ(text_log_line(Level::info, "started", {"rides", "rides-1"}, fields),
            R"(info  rides     started a=plain b="two words" c="" d="x\ny=1")");
}

TEST(LogLine, IntegersOfAnyWidthKeepTheirValue) {
  const std::vector<Field> fields{{"a", std::numeric_limits<std::uint64_t>::max()},
                                  {"b", std::numeric_limits<std::int64_t>::min()},
                                  {"c", std::uint8_t{7}},
                                  {"d", 'x'}};
  EXPECT_EQ(json_log_line(Level::debug, "e", {}, fields),
            R"("level":"debug","event":"e","a":18446744073709551615,"b":-9223372036854775808,)"
            R"("c":7,"d":120)");
}

TEST(LogLine, NumbersThatJsonDoesNotHaveAreNull) {
  const std::vector<Field> fields{{"a", std::numeric_limits<double>::infinity()},
                                  {"b", std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_EQ(json_log_line(Level::info, "e", {}, fields),
            R"("level":"info","event":"e","a":null,"b":null)");
}

TEST(LogLine, ATraceIsItsIdOrNothing) {
  const std::vector<Field> fields{trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                                  trace(""), trace("nonsense")};
  EXPECT_EQ(json_log_line(Level::info, "e", {}, fields),
            R"("level":"info","event":"e","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736")");
}

TEST(Log, WritesOneJsonObjectALine) {
  testing::internal::CaptureStderr();
  log_as("rides", "rides-1");
  debug("not.shown");
  info("shown", {{"n", 1}});
  log_as("", "");
  const auto written = testing::internal::GetCapturedStderr();
  EXPECT_THAT(written,
              testing::MatchesRegex(
                  "\\{\"at\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z\",\"level\":"
                  "\"info\",\"event\":\"shown\",\"role\":\"rides\",\"instance\":\"rides-1\","
                  "\"n\":1\\}\n"));
}

}  // namespace
}  // namespace platform::telemetry
