#include "platform/http/target.hpp"

#include <gmock/gmock.h>

namespace platform::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Target, decodes_the_path) {
  EXPECT_EQ(parse_target("/")->path, "/");
  EXPECT_EQ(parse_target("/v1/zones/Jakarta%20Pusat")->path, "/v1/zones/Jakarta Pusat");
  EXPECT_EQ(parse_target("/caf%C3%A9")->path, "/café");
  EXPECT_EQ(parse_target("/a+b")->path, "/a+b");
  EXPECT_EQ(parse_target("/a%2Bb%25")->path, "/a+b%");
  EXPECT_EQ(parse_target("*")->path, "*");
}

TEST(Target, decodes_the_query) {
  EXPECT_THAT(parse_target("/?a=1&b=x+y%26z&a=2&c&=d&&e==")->query,
              ElementsAre(Pair("a", "1"), Pair("b", "x y&z"), Pair("a", "2"), Pair("c", ""),
                          Pair("", "d"), Pair("e", "=")));
}

TEST(Target, splits_an_absolute_form) {
  const auto target = parse_target("https://api.example:8443/v1?a=1");
  EXPECT_EQ(target->authority, "api.example:8443");
  EXPECT_EQ(target->path, "/v1");
  EXPECT_EQ(parse_target("http://api.example")->path, "/");
  EXPECT_EQ(parse_target("/redirect?to=http://x/")->authority, "");
}

TEST(Target, refuses) {
  for (const auto* text : {
           "",        "v1",      "//%",        "/%",
           "/%4",     "/%4g",    "/%g4",       "/a%",
           "/?a=%zz",  // escapes
           "/%00",    "/%0a",    "/%0D%0AX:",  "/%7f",
           "/\x01",   "/?a=%00",  // control characters
           "/%ff",    "/%c0%af", "/%ed%a0%80", "/%f4%90%80%80",
           "/?a=%80",  // not UTF-8
           "/a%2fb",  "/a%2Fb",  "/a\\b",      "/../etc",
           "/a/..",   "/a/./b",  "/%2e%2e/x",  // tricks
           "/a#b",    "http://", "ftp://x/",   "http:///x",
       }) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

}  // namespace
}  // namespace platform::http
