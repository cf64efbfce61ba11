#include "platform/redis/protocol.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace platform::redis {
namespace {

using namespace std::string_literals;

/// A reply as a person would write it: (1 "a" nil).
std::string written(const Reply& reply) {
  if (reply.is_nil()) return "nil";
  if (std::holds_alternative<std::int64_t>(reply.value)) return std::to_string(reply.integer());
  if (std::holds_alternative<std::string>(reply.value)) return '"' + reply.text() + '"';
  std::string text = "(";
  for (const auto& element : reply.elements()) {
    if (text.size() > 1) text += ' ';
    text += written(element);
  }
  return text + ")";
}

std::string written(const Answer& answer) {
  return (answer.is_error ? "error " : "") + written(answer.reply);
}

struct Case {
  std::string bytes;
  std::vector<std::string> answers;
};

const Case cases[] = {
    {"+OK\r\n", {"\"OK\""}},
    {":-7\r\n:9223372036854775807\r\n", {"-7", "9223372036854775807"}},
    {"$3\r\na\0\n\r\n"s, {"\"a\0\n\""s}},
    {"$0\r\n\r\n$-1\r\n*-1\r\n", {"\"\"", "nil", "nil"}},
    {"*0\r\n", {"()"}},
    {"*3\r\n:1\r\n*2\r\n$1\r\na\r\n$-1\r\n+b\r\n", {"(1 (\"a\" nil) \"b\")"}},
    {"-ERR no\r\n+OK\r\n", {"error \"ERR no\"", "\"OK\""}},
    {"*2\r\n-ERR inside\r\n:1\r\n", {"(\"ERR inside\" 1)"}},
};

std::vector<std::string> parsed(const std::string& bytes, std::size_t step) {
  Parser parser;
  std::vector<std::string> answers;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    parser.feed(std::string_view{bytes}.substr(at, step));
    while (auto answer = parser.next()) answers.push_back(written(*answer));
  }
  return answers;
}

TEST(Protocol, AnswersAreCutWhereTheyEndHoweverTheyArrive) {
  for (const auto& [bytes, answers] : cases) {
    for (const std::size_t step : {1, 2, 3, 100}) EXPECT_EQ(parsed(bytes, step), answers) << bytes;
  }
}

TEST(Protocol, WhatIsNoAnswerIsRefused) {
  for (const auto* bytes : {"HTTP/1.1 400 Bad Request\r\n", ":12a\r\n", "$-7\r\n", "*1\r\n?\r\n"}) {
    EXPECT_THROW(parsed(bytes, 100), Unavailable) << bytes;
  }
}

TEST(Protocol, AnAnswerThatNeverEndsIsDropped) { EXPECT_TRUE(parsed("*2\r\n$5\r\nab", 1).empty()); }

TEST(Protocol, CommandsMayHoldAnyByte) {
  std::string request;
  encode({"SET", "k", "\r\n\0"s}, request);
  EXPECT_EQ(request, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\n\r\n\0\r\n"s);
}

}  // namespace
}  // namespace platform::redis
